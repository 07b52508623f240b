// Pushes jobs with the official client, 16 connections x 1,000 jobs to a PUSHB, and prints the jobs a second.
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"
	"time"

	faktory "github.com/contribsys/faktory/client"
)

const (
	connections = 16
	chunk       = 1000
)

func jobs(from, to int) []*faktory.Job {
	made := make([]*faktory.Job, 0, to-from)
	for n := from; n < to; n++ {
		id := fmt.Sprintf("%024x", n)
		job := faktory.NewJob("arbor_job", id, 3, id, 4, 1)
		job.Queue = "push-go"
		retry := 25
		job.Retry = &retry
		job.ReserveFor = 1800
		job.Backtrace = 5
		made = append(made, job)
	}
	return made
}

func main() {
	total, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	clients := make([]*faktory.Client, connections)
	for n := range clients {
		if clients[n], err = faktory.Open(); err != nil {
			log.Fatal(err)
		}
	}
	began := time.Now()
	starts := make(chan int)
	var done sync.WaitGroup
	for _, client := range clients {
		done.Add(1)
		go func() {
			defer done.Done()
			for from := range starts {
				failed, err := client.PushBulk(jobs(from, min(from+chunk, total)))
				if err != nil || len(failed) > 0 {
					log.Fatal(err, failed)
				}
			}
		}()
	}
	for from := 0; from < total; from += chunk {
		starts <- from
	}
	close(starts)
	done.Wait()
	fmt.Printf("%.0f\n", float64(total)/time.Since(began).Seconds())
}
