// What Kubernetes' own YAML code reads. Each input is four bytes of length, big-endian, and the document; each answer is one letter, four bytes of length,
// and the text: J and JSON, D and JSON where strict reading refuses a key that appears twice, R and JSON where Kubernetes drops the rest of the text, or E and
// the reason.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"

	goyaml "gopkg.in/yaml.v2"
	"sigs.k8s.io/yaml"
)

func isRead(document []byte) (all bool) {
	defer func() {
		if failure := recover(); failure != nil {
			all = false
		}
	}()

	decoder := goyaml.NewDecoder(bytes.NewReader(document))
	var value interface{}
	if decoder.Decode(&value) == io.EOF {
		return true
	}

	return decoder.Decode(&value) == io.EOF
}


func read(document []byte) (letter byte, text []byte) {
	defer func() {
		if failure := recover(); failure != nil {
			letter, text = 'E', []byte(fmt.Sprintf("crash: %v", failure))
		}
	}()

	// Kubernetes takes a document for JSON when it begins like an object, and for YAML when it then is none.
	if bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n"), []byte("{")) && json.Valid(document) {
		return 'J', document
	}

	result, err := yaml.YAMLToJSON(document)
	if err != nil {
		return 'E', []byte(err.Error())
	}

	if !isRead(document) {
		return 'R', result
	}

	if _, err := yaml.YAMLToJSONStrict(document); err != nil {
		return 'D', result
	}

	return 'J', result
}

func main() {
	input, output := bufio.NewReaderSize(os.Stdin, 1<<20), bufio.NewWriterSize(os.Stdout, 1<<20)
	header := make([]byte, 4)
	for {
		if input.Buffered() < 4 {
			output.Flush()
		}

		if _, err := io.ReadFull(input, header); err != nil {
			output.Flush()
			return
		}

		document := make([]byte, binary.BigEndian.Uint32(header))
		if _, err := io.ReadFull(input, document); err != nil {
			os.Exit(1)
		}

		letter, text := read(document)
		output.WriteByte(letter)
		binary.BigEndian.PutUint32(header, uint32(len(text)))
		output.Write(header)
		output.Write(text)
	}
}
