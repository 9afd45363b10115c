// Command go-verifier checks a sealed log with Go's own checksum-database libraries and nothing of ours.
//
//	go-verifier LOG CHECKPOINT VKEY [ENTRY-PROOF-JSON [CONSISTENCY-PROOF-JSON]]
//
// It exits with 0 when the signature, the root over the lines and every proof are right, else with 1 and the reason.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("usage: go-verifier LOG CHECKPOINT VKEY [ENTRY-PROOF [CONSISTENCY-PROOF]]")
	}
	log, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	text, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(args[2])
	if err != nil {
		return err
	}
	size, root, err := open(string(text), verifier)
	if err != nil {
		return err
	}

	lines := bytes.Split(log, []byte("\n"))
	lines = lines[:len(lines)-1] // what follows the last LF is not a line
	if int64(len(lines)) < size {
		return fmt.Errorf("the log has %d lines, and %d are sealed", len(lines), size)
	}
	hashes := &stored{}
	for i := int64(0); i < size; i++ {
		more, err := tlog.StoredHashes(i, lines[i], hashes)
		if err != nil {
			return err
		}
		hashes.all = append(hashes.all, more...)
	}
	got, err := tlog.TreeHash(size, hashes)
	if err != nil {
		return err
	}
	if got != root {
		return fmt.Errorf("the root over the lines is %v, and %v is sealed", got, root)
	}
	if len(args) > 3 {
		if err := checkEntry(args[3], verifier); err != nil {
			return err
		}
	}
	if len(args) > 4 {
		if err := checkGrowth(args[4], verifier); err != nil {
			return err
		}
	}
	return nil
}

// stored keeps every hash in memory, in the order in which tlog numbers them.
type stored struct{ all []tlog.Hash }

func (s *stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = s.all[index]
	}
	return out, nil
}

// open checks who signed a checkpoint and reads the size and root it states.
func open(text string, verifier note.Verifier) (int64, tlog.Hash, error) {
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	parts := strings.Split(opened.Text, "\n")
	if len(parts) != 4 || parts[0] != verifier.Name() || parts[3] != "" {
		return 0, tlog.Hash{}, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	root, err := tlog.ParseHash(parts[2])
	return size, root, err
}

func checkEntry(path string, verifier note.Verifier) error {
	var proof struct {
		Checkpoint string
		Index      int64
		Line       string
		Proof      []string
	}
	if err := read(path, &proof); err != nil {
		return err
	}
	size, root, err := open(proof.Checkpoint, verifier)
	if err != nil {
		return err
	}
	hashes, err := decode(proof.Proof)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(hashes, size, root, proof.Index, tlog.RecordHash([]byte(proof.Line)))
}

func checkGrowth(path string, verifier note.Verifier) error {
	var proof struct {
		Earlier    string
		Checkpoint string
		Proof      []string
	}
	if err := read(path, &proof); err != nil {
		return err
	}
	older, olderRoot, err := open(proof.Earlier, verifier)
	if err != nil {
		return err
	}
	newer, newerRoot, err := open(proof.Checkpoint, verifier)
	if err != nil {
		return err
	}
	hashes, err := decode(proof.Proof)
	if err != nil {
		return err
	}
	return tlog.CheckTree(hashes, newer, newerRoot, older, olderRoot)
}

func read(path string, into interface{}) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func decode(texts []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(texts))
	for i, text := range texts {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(raw) != tlog.HashSize {
			return nil, fmt.Errorf("%q is not a hash", text)
		}
		copy(hashes[i][:], raw)
	}
	return hashes, nil
}
