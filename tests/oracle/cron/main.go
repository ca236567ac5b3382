// How often robfig/cron runs a schedule in 2026, in UTC: reads one JSON string a line, writes {"runs": n} or {"error": "..."}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/robfig/cron/v3"
)

type answer struct {
	Runs  int    `json:"runs"`
	Error string `json:"error,omitempty"`
}

func runs(schedule string) (found answer) {
	defer func() {
		// ParseStandard panics on a time zone without a schedule; the API server recovers as here.
		if panicked := recover(); panicked != nil {
			found = answer{Error: fmt.Sprint(panicked)}
		}
	}()
	parsed, err := cron.ParseStandard(schedule)
	if err != nil {
		return answer{Error: err.Error()}
	}
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	at := time.Date(2025, 12, 31, 23, 59, 59, 0, time.UTC)
	if constant, ok := parsed.(cron.ConstantDelaySchedule); ok {
		return answer{Runs: int(365 * 24 * time.Hour / constant.Delay)}
	}
	for {
		at = parsed.Next(at)
		if at.IsZero() || !at.Before(end) {
			return found
		}
		found.Runs++
	}
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		var schedule string
		found := answer{}
		if err := json.Unmarshal(input.Bytes(), &schedule); err != nil {
			found.Error = err.Error()
		} else {
			found = runs(schedule)
		}
		if err := output.Encode(found); err != nil {
			os.Exit(1)
		}
	}
}
