"""Laws of the tree: whatever was rendered, edited, deleted and put there by others, in any order."""

import shutil
import tempfile
from pathlib import Path, PurePosixPath

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fabricgen.tree import RECORD_NAME, TreeError, plan_tree, read_record, write_plan

OURS = ["README.md", "flux/a.yaml", "flux/b.yaml", "talos/node/a.yaml", "talos/all/a.yaml", "up.sh"]
THEIRS = ["notes.txt", "flux/mine.yaml", "talos/node/mine/a", "empty/deep/b"]
WISHES = st.dictionaries(
    st.sampled_from(OURS).map(PurePosixPath),
    st.sampled_from(["one\n", "two\n", "", "ü\r\n"]),
    max_size=len(OURS),
)
HAND_WRITTEN = st.sampled_from([b"mine\n", b"mine too\n", b"mine\r\n", b"\xff\x00"])


class Folder(RuleBasedStateMachine):
    """A folder that we render into and others work in.

    `by_hand` is what people wrote, and is still theirs: no render without force may change or remove it.
    Their texts are never ones of ours. `wish` is what was asked for last, `named` what the record should name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp()) / "home"
        self.by_hand: dict[PurePosixPath, bytes] = {}
        self.wish: dict[PurePosixPath, str] = {}
        self.named: set[PurePosixPath] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.root.parent)

    def read(self) -> dict[PurePosixPath, bytes]:
        """Every file but the record."""
        places = (place for place in self.root.rglob("*") if place.is_file() and place.name != RECORD_NAME)
        return {PurePosixPath(place.relative_to(self.root)): place.read_bytes() for place in places}

    @initialize(wish=WISHES)
    def render_first(self, wish: dict[PurePosixPath, str]) -> None:
        write_plan(plan_tree(self.root, wish))
        self.settle(wish)

    @rule(wish=WISHES)
    def render(self, wish: dict[PurePosixPath, str]) -> None:
        before = self.read()
        plan = plan_tree(self.root, wish)
        assert {change.path for change in plan.foreign} == (wish.keys() & self.by_hand.keys()) - self.named
        try:
            write_plan(plan)
        except TreeError:
            assert plan.foreign
            assert self.read() == before
        else:
            assert not plan.foreign
            self.settle(wish)
            assert {change.path for change in plan.edited} == self.by_hand.keys() & self.named

    @rule(wish=WISHES)
    def render_with_force(self, wish: dict[PurePosixPath, str]) -> None:
        write_plan(plan_tree(self.root, wish, force=True))
        overwritten = wish.keys() | self.named
        self.by_hand = {path: data for path, data in self.by_hand.items() if path not in overwritten}
        self.settle(wish)

    def settle(self, wish: dict[PurePosixPath, str]) -> None:
        """Note what a render has left, and see that a second one would write nothing."""
        self.wish = wish
        self.named = set(wish) | (self.named & self.by_hand.keys())
        assert plan_tree(self.root, wish).is_noop
        assert set(read_record(self.root).files) == self.named

    @rule(path=st.sampled_from(OURS + THEIRS).map(PurePosixPath), data=HAND_WRITTEN)
    def write_by_hand(self, path: PurePosixPath, data: bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(data)
        self.by_hand[path] = data

    @precondition(lambda self: bool(self.read()))
    @rule(data=st.data())
    def delete_by_hand(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.read())))
        (self.root / path).unlink()
        self.by_hand.pop(path, None)
        self.wish = {name: text for name, text in self.wish.items() if name != path}

    @rule()
    def lose_the_record(self) -> None:
        """Then everything is theirs, except that what we would write anyway becomes ours again."""
        (self.root / RECORD_NAME).unlink(missing_ok=True)
        write_plan(
            plan_tree(self.root, {path: text for path, text in self.wish.items() if path not in self.by_hand})
        )
        self.named = set(self.wish) - self.by_hand.keys()
        self.wish = {path: text for path, text in self.wish.items() if path in self.named}

    @invariant()
    def what_people_wrote_is_there(self) -> None:
        assert self.read().items() >= self.by_hand.items()

    @invariant()
    def what_was_asked_for_is_there_and_nothing_else_of_ours(self) -> None:
        written = {path: text.encode() for path, text in self.wish.items() if path not in self.by_hand}
        assert self.read() == written | self.by_hand


TestFolder = Folder.TestCase
TestFolder.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)


@settings(deadline=None)
@given(first=WISHES, second=WISHES)
def test_two_renders_leave_what_the_second_alone_would(
    first: dict[PurePosixPath, str], second: dict[PurePosixPath, str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        twice, once = Path(folder, "twice"), Path(folder, "once")
        write_plan(plan_tree(twice, first))
        write_plan(plan_tree(twice, second))
        write_plan(plan_tree(once, second))

        assert {path.relative_to(twice) for path in twice.rglob("*") if path.name != RECORD_NAME} == {
            path.relative_to(once) for path in once.rglob("*") if path.name != RECORD_NAME
        }
        assert plan_tree(twice, second).is_noop
