// Whether the patterns of Argo CD's directories take paths: reads {"pattern": "...", "paths": [...]} a line, writes {"taken": [...]}
// of booleans. As Argo CD has it, no separator, and a pattern that is none takes nothing.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/gobwas/glob"
)

type question struct {
	Pattern string   `json:"pattern"`
	Paths   []string `json:"paths"`
}

type answer struct {
	Taken []bool `json:"taken"`
	Error string `json:"error,omitempty"`
}

func taken(asked question) (found answer) {
	defer func() {
		// Some patterns make the library panic: the repo server of Argo CD recovers, and deploys nothing anew.
		if panicked := recover(); panicked != nil {
			found = answer{Error: fmt.Sprint(panicked)}
		}
	}()
	pattern, err := glob.Compile(asked.Pattern)
	if err != nil {
		found.Error = err.Error()
	}
	for _, path := range asked.Paths {
		found.Taken = append(found.Taken, err == nil && pattern.Match(path))
	}
	return found
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		var asked question
		if json.Unmarshal(input.Bytes(), &asked) != nil || output.Encode(taken(asked)) != nil {
			os.Exit(1)
		}
	}
}
