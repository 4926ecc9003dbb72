// SPDX-License-Identifier: Apache-2.0
//! The peer program for the AWS SDK for Rust; `peer_bench/peer.py` describes its input and output.
use std::env;
use std::fs;
use std::io::{self, BufRead, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Instant;

use aws_credential_types::Credentials;
use aws_sdk_chimesdkvoice::config::{BehaviorVersion, Region};
use aws_sdk_chimesdkvoice::operation::start_speaker_search_task::StartSpeakerSearchTaskOutput;
use aws_sdk_chimesdkvoice::types::CallLegType;
use aws_sdk_chimesdkvoice::{Client, Config};
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::{
    http_client_fn, HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

/// Answers each request at once.
#[derive(Debug)]
struct Canned {
    answer: &'static [u8],
    body_bytes: Arc<AtomicUsize>,
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let length = request.body().bytes().map_or(0, <[u8]>::len);
        self.body_bytes.store(length, Ordering::Relaxed);
        let mut response =
            HttpResponse::new(201u16.try_into().expect("a status"), SdkBody::from(self.answer));
        response.headers_mut().insert("Content-Type", "application/json");
        response.headers_mut().insert("x-amzn-RequestId", "b25f48e8-84fd-11e6-80d9-574e0c4664cb");
        HttpConnectorFuture::ready(Ok(response))
    }
}

async fn call(client: &Client) -> StartSpeakerSearchTaskOutput {
    client
        .start_speaker_search_task()
        .voice_connector_id("abcdef1ghij2klmno3pqr4")
        .transaction_id("3ea0ee0e-4f2c-4b52-9a3d-7c5a3b1d9e8f")
        .voice_profile_domain_id("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")
        .client_request_token("5f0c1d2e-3b4a-4958-8776-95a4b3c2d1e0")
        .call_leg(CallLegType::Caller)
        .send()
        .await
        .expect("the call succeeds")
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    let answer: &'static [u8] = fs::read(&arguments[1])?.leak();
    let url = &arguments[2];
    let body_bytes = Arc::new(AtomicUsize::new(0));
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::from_keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY", None));
    let connector = if url == "canned" {
        SharedHttpConnector::new(Canned { answer, body_bytes: body_bytes.clone() })
    } else {
        config = config.endpoint_url(url);
        SharedHttpConnector::new(Connector::builder().build_http())
    };
    let client = Client::from_conf(config.http_client(http_client_fn(move |_, _| connector.clone())).build());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;

    let output = runtime.block_on(call(&client));
    let task = output.speaker_search_task.expect("a task");
    let results = task.speaker_search_details.and_then(|details| details.results).expect("results");
    println!(
        "ready {} {} {} {}",
        body_bytes.load(Ordering::Relaxed),
        task.speaker_search_task_id.expect("an id"),
        results.len(),
        results.last().and_then(|result| result.voice_profile_id.as_deref()).expect("a profile")
    );
    io::stdout().flush()?;
    for line in io::stdin().lock().lines() {
        let count: u64 = line?.trim().parse().expect("a number of calls");
        let wall = Instant::now();
        runtime.block_on(async {
            for _ in 0..count {
                std::hint::black_box(call(&client).await);
            }
        });
        println!("{}", wall.elapsed().as_nanos());
        io::stdout().flush()?;
    }
    Ok(())
}
