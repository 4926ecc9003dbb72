// SPDX-License-Identifier: Apache-2.0

// Command peer is the peer program for the AWS SDK for Go v2; peer_bench/peer.py describes its input and output.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/chimesdkvoice"
	"github.com/aws/aws-sdk-go-v2/service/chimesdkvoice/types"
)

// canned answers each request at once.
type canned struct {
	answer    []byte
	bodyBytes int64
}

func (c *canned) RoundTrip(request *http.Request) (*http.Response, error) {
	c.bodyBytes = request.ContentLength
	// http.RoundTripper must close the body.
	if request.Body != nil {
		_ = request.Body.Close()
	}
	return &http.Response{
		StatusCode: http.StatusCreated,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header: http.Header{
			"Content-Type":     {"application/json"},
			"X-Amzn-Requestid": {"b25f48e8-84fd-11e6-80d9-574e0c4664cb"},
		},
		ContentLength: int64(len(c.answer)),
		Body:          io.NopCloser(bytes.NewReader(c.answer)),
		Request:       request,
	}, nil
}

func call(client *chimesdkvoice.Client) (*chimesdkvoice.StartSpeakerSearchTaskOutput, error) {
	return client.StartSpeakerSearchTask(context.Background(), &chimesdkvoice.StartSpeakerSearchTaskInput{
		VoiceConnectorId:     aws.String("abcdef1ghij2klmno3pqr4"),
		TransactionId:        aws.String("3ea0ee0e-4f2c-4b52-9a3d-7c5a3b1d9e8f"),
		VoiceProfileDomainId: aws.String("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"),
		ClientRequestToken:   aws.String("5f0c1d2e-3b4a-4958-8776-95a4b3c2d1e0"),
		CallLeg:              types.CallLegTypeCaller,
	})
}

func run() error {
	answer, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	config := aws.Config{
		Region: "us-east-1",
		Credentials: aws.NewCredentialsCache(
			credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY", "")),
	}
	transport := &canned{answer: answer}
	if url := os.Args[2]; url == "canned" {
		config.HTTPClient = &http.Client{Transport: transport}
	} else {
		config.BaseEndpoint = aws.String(url)
	}
	client := chimesdkvoice.NewFromConfig(config)

	output, err := call(client)
	if err != nil {
		return err
	}
	task := output.SpeakerSearchTask
	results := task.SpeakerSearchDetails.Results
	fmt.Printf("ready %d %s %d %s\n", transport.bodyBytes, *task.SpeakerSearchTaskId, len(results),
		*results[len(results)-1].VoiceProfileId)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		count, err := strconv.Atoi(strings.TrimSpace(lines.Text()))
		if err != nil {
			return err
		}
		wall := time.Now()
		for range count {
			output, err := call(client)
			if err != nil {
				return err
			}
			runtime.KeepAlive(output)
		}
		fmt.Println(time.Since(wall).Nanoseconds())
	}
	return lines.Err()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
