// Asks Renovate's own modules about the preset. Reads JSON on standard input: {"dist": folder, "preset": the preset,
// "reference": how a repository extends it}; answers with JSON.
import { readFileSync } from 'node:fs';
import { stdout } from 'node:process';

const asked = JSON.parse(readFileSync(0, 'utf8'));
const { get } = await import(`${asked.dist}/modules/versioning/index.js`);
const { parsePreset } = await import(`${asked.dist}/config/presets/parse.js`);
const { applyPackageRules } = await import(`${asked.dist}/util/package-rules/index.js`);

async function ruled(dependency) {
  const config = await applyPackageRules({ ...dependency, packageRules: asked.preset.packageRules });
  const { enabled = true, versioning, separateMultipleMinor = false, groupName = null } = config;
  return { enabled, versioning: versioning ?? null, separateMultipleMinor, groupName };
}

function newer(dependency, versioning) {
  const { currentValue, currentVersion, newVersion } = dependency;
  const scheme = get(versioning ?? 'semver-coerced');
  return {
    newer: scheme.isGreaterThan(newVersion, currentVersion),
    stable: scheme.isStable(newVersion),
    written: scheme.getNewValue({ currentValue, currentVersion, newVersion, rangeStrategy: 'replace' }),
  };
}

const answers = [];
for (const dependency of asked.dependencies) {
  const rules = await ruled(dependency);
  const update = dependency.newVersion ? newer(dependency, rules.versioning) : null;
  answers.push({ ...rules, update });
}
stdout.write(JSON.stringify({ reference: parsePreset(asked.reference), answers }));
