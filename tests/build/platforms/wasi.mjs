// SPDX-License-Identifier: Apache-2.0
// Runs a WASI program in Node.js with its arguments and standard streams: wasi.mjs PROGRAM [ARGUMENT...]
import { openSync, readFileSync } from "node:fs";
import { argv, exit } from "node:process";
import { WASI } from "node:wasi";

// Opened again, because Node.js makes its own standard input one that does not wait for bytes.
const stdin = openSync("/dev/stdin", "r");
const wasi = new WASI({ version: "preview1", args: argv.slice(2), returnOnExit: true, stdin });
const program = await WebAssembly.compile(readFileSync(argv[2]));
const functions = { wasi_snapshot_preview1: wasi.wasiImport };
exit(wasi.start(await WebAssembly.instantiate(program, functions)));
