// What a Go template of an ApplicationSet comes to: reads {"template": "...", "parameters": {...}} a line, writes {"text": "..."} or
// {"error": "..."}. The functions are sprig's, and the two that Argo CD adds for names.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/gosimple/slug"
)

var notInNames = regexp.MustCompile("[^-a-z0-9.]")

type question struct {
	Template   string         `json:"template"`
	Parameters map[string]any `json:"parameters"`
}

type answer struct {
	Text  string `json:"text"`
	Error string `json:"error,omitempty"`
}

func normalize(name string) string {
	found := notInNames.ReplaceAllString(strings.ToLower(name), "-")
	return strings.Trim(found[:min(len(found), 253)], "-.")
}

func slugify(arguments ...any) string {
	slug.MaxLength, slug.EnableSmartTruncate = 50, true
	last := len(arguments) - 1
	if last > 0 {
		slug.MaxLength = arguments[0].(int)
	}
	if last > 1 {
		slug.EnableSmartTruncate = arguments[1].(bool)
	}
	return slug.Make(normalize(arguments[last].(string)))
}

func text(asked question) (found answer) {
	functions := sprig.GenericFuncMap()
	functions["normalize"], functions["slugify"] = normalize, slugify
	parsed, err := template.New("").Funcs(functions).Parse(asked.Template)
	if err != nil {
		return answer{Error: err.Error()}
	}
	var written strings.Builder
	if err := parsed.Execute(&written, asked.Parameters); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Text: written.String()}
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for input.Scan() {
		var asked question
		if json.Unmarshal(input.Bytes(), &asked) != nil || output.Encode(text(asked)) != nil {
			os.Exit(1)
		}
	}
}
