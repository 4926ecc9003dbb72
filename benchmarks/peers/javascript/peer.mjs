// SPDX-License-Identifier: Apache-2.0
// The peer program for the AWS SDK for JavaScript v3; peer_bench/peer.py describes its input and output.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { ChimeSDKVoiceClient, StartSpeakerSearchTaskCommand } from "@aws-sdk/client-chime-sdk-voice";

const [answerFile, url] = process.argv.slice(2);
const answer = readFileSync(answerFile);
let bodyBytes = 0;

/** Answers each request at once. */
const canned = {
  metadata: { handlerProtocol: "http/1.1" },
  async handle(request) {
    bodyBytes = Buffer.byteLength(request.body);
    const headers = {
      "content-type": "application/json",
      "x-amzn-requestid": "b25f48e8-84fd-11e6-80d9-574e0c4664cb",
    };
    return { response: { statusCode: 201, headers, body: Readable.from([answer], { objectMode: false }) } };
  },
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
  destroy() {},
};

const client = new ChimeSDKVoiceClient({
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCY" },
  ...(url === "canned" ? { requestHandler: canned } : { endpoint: url }),
});

const call = () =>
  client.send(
    new StartSpeakerSearchTaskCommand({
      VoiceConnectorId: "abcdef1ghij2klmno3pqr4",
      TransactionId: "3ea0ee0e-4f2c-4b52-9a3d-7c5a3b1d9e8f",
      VoiceProfileDomainId: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
      ClientRequestToken: "5f0c1d2e-3b4a-4958-8776-95a4b3c2d1e0",
      CallLeg: "Caller",
    }),
  );

const task = (await call()).SpeakerSearchTask;
const results = task.SpeakerSearchDetails.Results;
process.stdout.write(
  `ready ${bodyBytes} ${task.SpeakerSearchTaskId} ${results.length} ${results.at(-1).VoiceProfileId}\n`,
);
for await (const line of createInterface({ input: process.stdin })) {
  const count = Number(line);
  const wall = process.hrtime.bigint();
  for (let i = 0; i < count; ++i) await call();
  process.stdout.write(`${process.hrtime.bigint() - wall}\n`);
}
client.destroy();
