// What Flux fills in for the variables of a text: reads {"text": "...", "values": {...}} a line, writes {"filled": "..."} or {"error": "..."}.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"github.com/fluxcd/pkg/envsubst"
)

type question struct {
	Text   string            `json:"text"`
	Values map[string]string `json:"values"`
}

type answer struct {
	Filled string `json:"filled"`
	Error  string `json:"error,omitempty"`
}

func filled(asked question) (found answer) {
	// A variable that nothing gives is an empty text to Flux, unless it is told to be strict: here it is an error, to be passed over.
	text, err := envsubst.Eval(asked.Text, func(name string) (string, bool) {
		value, given := asked.Values[name]
		return value, given
	})
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Filled: text}
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for input.Scan() {
		var asked question
		if json.Unmarshal(input.Bytes(), &asked) != nil || output.Encode(filled(asked)) != nil {
			os.Exit(1)
		}
	}
}
