// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.chimesdkvoice.ChimeSdkVoiceClient;
import software.amazon.awssdk.services.chimesdkvoice.model.CallLegType;
import software.amazon.awssdk.services.chimesdkvoice.model.SpeakerSearchResult;
import software.amazon.awssdk.services.chimesdkvoice.model.SpeakerSearchTask;
import software.amazon.awssdk.services.chimesdkvoice.model.StartSpeakerSearchTaskResponse;

/** The peer program for the AWS SDK for Java v2; {@code peer_bench/peer.py} describes its input and output. */
public final class Peer {
  /** Answers each request at once. */
  private static final class Canned implements SdkHttpClient {
    private final byte[] answer;
    private String bodyBytes = "0";

    Canned(byte[] answer) {
      this.answer = answer;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      bodyBytes = request.httpRequest().firstMatchingHeader("Content-Length").orElse("0");
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          return HttpExecuteResponse.builder()
              .response(
                  SdkHttpResponse.builder()
                      .statusCode(201)
                      .putHeader("Content-Type", "application/json")
                      .putHeader("x-amzn-RequestId", "b25f48e8-84fd-11e6-80d9-574e0c4664cb")
                      .build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer)))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  /** Keeps the result of a call in use. */
  private static volatile StartSpeakerSearchTaskResponse last;

  private static StartSpeakerSearchTaskResponse call(ChimeSdkVoiceClient client) {
    return client.startSpeakerSearchTask(
        request ->
            request
                .voiceConnectorId("abcdef1ghij2klmno3pqr4")
                .transactionId("3ea0ee0e-4f2c-4b52-9a3d-7c5a3b1d9e8f")
                .voiceProfileDomainId("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")
                .clientRequestToken("5f0c1d2e-3b4a-4958-8776-95a4b3c2d1e0")
                .callLeg(CallLegType.CALLER));
  }

  public static void main(String[] arguments) throws IOException {
    var canned = new Canned(Files.readAllBytes(Path.of(arguments[0])));
    var builder =
        ChimeSdkVoiceClient.builder()
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY")));
    if (arguments[1].equals("canned")) {
      builder.httpClient(canned);
    } else {
      builder.endpointOverride(URI.create(arguments[1]));
    }
    try (ChimeSdkVoiceClient client = builder.build()) {
      SpeakerSearchTask task = call(client).speakerSearchTask();
      var results = task.speakerSearchDetails().results();
      SpeakerSearchResult result = results.get(results.size() - 1);
      System.out.printf(
          "ready %s %s %d %s%n",
          canned.bodyBytes, task.speakerSearchTaskId(), results.size(), result.voiceProfileId());
      var lines = new BufferedReader(new InputStreamReader(System.in));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int count = Integer.parseInt(line.trim());
        long wall = System.nanoTime();
        for (int i = 0; i < count; ++i) {
          last = call(client);
        }
        System.out.println(System.nanoTime() - wall);
      }
    }
  }
}
