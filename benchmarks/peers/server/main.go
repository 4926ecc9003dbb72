// SPDX-License-Identifier: Apache-2.0

// Command server answers every signed StartSpeakerSearchTask on 127.0.0.1 with the contents of a file. It prints
// its URL, and ends when its standard input does.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// Every peer sends this document; boto3 writes seven spaces in it.
const bodyBytes = 197

const path = "/voice-connectors/abcdef1ghij2klmno3pqr4/speaker-search-tasks"

func problem(request *http.Request, body []byte) string {
	authorization := request.Header.Get("Authorization")
	switch {
	case request.Method != http.MethodPost || request.URL.Path != path:
		return "unexpected request: " + request.Method + " " + request.URL.Path
	case len(body) != bodyBytes && len(bytes.ReplaceAll(body, []byte(" "), nil)) != bodyBytes:
		return fmt.Sprintf("the body has %d bytes, not %d", len(body), bodyBytes)
	case !strings.HasPrefix(authorization, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"):
		return "the request is not signed"
	}
	return ""
}

func serve() error {
	answer, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	length := strconv.Itoa(len(answer))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return http.Serve(listener, http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(io.LimitReader(request.Body, 1<<16))
		if err != nil {
			return
		}
		if text := problem(request, body); text != "" {
			fmt.Fprintln(os.Stderr, text)
			http.Error(writer, text, http.StatusBadRequest)
			return
		}
		header := writer.Header()
		header.Set("Content-Type", "application/json")
		header.Set("Content-Length", length)
		header.Set("x-amzn-RequestId", "b25f48e8-84fd-11e6-80d9-574e0c4664cb")
		writer.WriteHeader(http.StatusCreated)
		_, _ = writer.Write(answer)
	}))
}

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
