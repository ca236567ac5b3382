// What Kubernetes' own code says a pod asks for: reads one pod spec as JSON a line, writes one JSON object a line,
// {"requests": {"cpu": "0.5"}} in plain decimals, or {"error": "..."} where the spec cannot be decoded.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	v1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/resource"
	kubernetesjson "sigs.k8s.io/json"
)

type answer struct {
	Requests map[string]string `json:"requests,omitempty"`
	Error    string            `json:"error,omitempty"`
}

// stored rounds a list as the API server does when it decodes one.
func stored(list v1.ResourceList) {
	for name, quantity := range list {
		quantity.RoundUp(-3)
		list[name] = quantity
	}
}

func storedContainers(containers []v1.Container) {
	for i := range containers {
		stored(containers[i].Resources.Requests)
		stored(containers[i].Resources.Limits)
	}
}

func requests(line []byte) answer {
	pod := v1.Pod{}
	if err := kubernetesjson.UnmarshalCaseSensitivePreserveInts(line, &pod.Spec); err != nil {
		return answer{Error: err.Error()}
	}
	storedContainers(pod.Spec.Containers)
	storedContainers(pod.Spec.InitContainers)
	stored(pod.Spec.Overhead)
	if pod.Spec.Resources != nil {
		stored(pod.Spec.Resources.Requests)
	}
	found := map[string]string{}
	for name, quantity := range resource.PodRequests(&pod, resource.PodResourcesOptions{}) {
		found[string(name)] = quantity.AsDec().String()
	}
	return answer{Requests: found}
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := json.NewEncoder(os.Stdout)
	for {
		line, err := input.ReadBytes('\n')
		if len(line) > 1 {
			if err := output.Encode(requests(line)); err != nil {
				os.Exit(1)
			}
		}
		if err != nil {
			return
		}
	}
}
