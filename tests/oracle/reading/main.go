// Reads texts as a JSON list on standard input and prints how Kubernetes reads each: its quantity, and its YAML scalar as JSON.
//
//	go run . quantities < texts.json
//	go run . documents  < texts.json
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"
)

type answer struct {
	Text  string `json:"text"`
	Value string `json:"value,omitempty"`
	Error bool   `json:"error,omitempty"`
}

// quantity gives the exact decimal that apimachinery keeps.
func quantity(text string) answer {
	parsed, err := resource.ParseQuantity(text)
	if err != nil {
		return answer{Text: text, Error: true}
	}
	return answer{Text: text, Value: parsed.AsDec().String()}
}

// document gives the JSON that kubectl sends for a YAML document.
func document(text string) answer {
	converted, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return answer{Text: text, Error: true}
	}
	return answer{Text: text, Value: string(converted)}
}

func main() {
	readers := map[string]func(string) answer{"quantities": quantity, "documents": document}
	if len(os.Args) != 2 || readers[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: reading quantities|documents < texts.json")
		os.Exit(3)
	}
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	answers := make([]answer, 0, len(texts))
	for _, text := range texts {
		answers = append(answers, readers[os.Args[1]](text))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(answers); err != nil {
		os.Exit(2)
	}
}
