// Command goregexp matches texts with patterns as Go does. It reads lines of
// JSON, {"pattern": …, "texts": […]}, on standard input and answers each with
// a line of JSON: whether the pattern matches, for each text, or null when it
// is no pattern.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
)

type question struct {
	Pattern string
	Texts   []string
}

func answer(asked question) []bool {
	pattern, err := regexp.Compile(asked.Pattern)
	if err != nil {
		return nil
	}
	matches := make([]bool, len(asked.Texts))
	for i, text := range asked.Texts {
		matches[i] = pattern.MatchString(text)
	}
	return matches
}

func run(in io.Reader, out io.Writer) error {
	questions, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var asked question
		if err := questions.Decode(&asked); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := answers.Encode(answer(asked)); err != nil {
			return err
		}
	}
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
