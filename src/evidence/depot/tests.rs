//! Both places keep the same promises.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

use super::*;
use crate::config::{S3Settings, Secret};

const LARGEST: u64 = 200_000;

#[derive(Clone, Default)]
struct Objects(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

/// A small object storage. It knows one bucket and one access key.
struct Storage {
    endpoint: String,
    objects: Objects,
}

impl Storage {
    fn start() -> Self {
        let objects = Objects::default();
        let shared = objects.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(shared.clone()))
                .app_data(web::PayloadConfig::new(1_000_000))
                .default_service(web::to(answer))
        });
        let server = server
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .unwrap();
        let endpoint = format!("http://{}", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        Self { endpoint, objects }
    }

    fn depot(&self, change: impl FnOnce(&mut S3Settings)) -> Depot {
        let mut s3 = S3Settings {
            endpoint: self.endpoint.clone(),
            bucket: "files".to_owned(),
            region: "cn-shanghai".to_owned(),
            access_key: Secret::new("known-key".to_owned()),
            secret_key: Secret::new("secret-of-the-key".to_owned()),
            path_style: true,
        };
        change(&mut s3);
        let place = FilePlace::S3(s3);
        Depot::new(&FileSettings {
            place,
            largest: LARGEST,
        })
        .unwrap()
    }
}

async fn answer(
    request: HttpRequest,
    body: web::Bytes,
    objects: web::Data<Objects>,
) -> HttpResponse {
    let query = request.query_string();
    let error = |status, code: &str| {
        HttpResponse::build(status).body(format!(
            "<Error><Code>{code}</Code><Message>secret</Message></Error>"
        ))
    };
    let signature = query.split("X-Amz-Signature=").nth(1).unwrap_or_default();
    if !(signature.len() == 64
        && query.contains("X-Amz-Expires=300")
        && query.contains("cn-shanghai"))
    {
        return error(StatusCode::FORBIDDEN, "SignatureDoesNotMatch");
    }
    if !query.contains("X-Amz-Credential=known-key%2F") {
        return error(StatusCode::FORBIDDEN, "InvalidAccessKeyId");
    }
    let Some(key) = request.path().strip_prefix("/files/") else {
        return error(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    let mut objects = objects.0.lock().unwrap();
    if request.method() == "PUT" {
        if request.headers().get("content-length").is_none() {
            return error(StatusCode::LENGTH_REQUIRED, "MissingContentLength");
        }
        objects.insert(key.to_owned(), body.to_vec());
        return HttpResponse::Ok().finish();
    }
    match objects.get(key) {
        Some(object) if object == b"busy" => error(StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
        Some(object) => HttpResponse::Ok().body(object.clone()),
        None => error(StatusCode::NOT_FOUND, "NoSuchKey"),
    }
}

fn folder() -> (tempfile::TempDir, PathBuf, Depot) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("data/files");
    let settings = FileSettings {
        place: FilePlace::Folder(path.clone()),
        largest: LARGEST,
    };
    (place, path, Depot::new(&settings).unwrap())
}

/// Files below the folder, by their path.
fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => files(&path),
            path => vec![path],
        })
        .collect()
}

#[actix_web::test]
async fn what_is_put_comes_back_from_either_place() {
    let (_place, _, in_folder) = folder();
    let in_bucket = Storage::start().depot(|_| {});
    let large = vec![7; usize::try_from(LARGEST).unwrap()];

    for depot in [in_folder, in_bucket] {
        for bytes in [&b"signed"[..], b"", &large] {
            let kept = depot.put(bytes).await.unwrap();

            assert_eq!(
                kept,
                Kept {
                    digest: Digest::of(bytes),
                    length: bytes.len() as u64
                }
            );
            assert_eq!(depot.put(bytes).await.unwrap(), kept);
            assert_eq!(depot.get(kept.digest).await.unwrap(), bytes);
        }
        let missing = depot.get(Digest::of(b"never")).await.unwrap_err();
        assert!(matches!(missing, DepotError::Missing) && !missing.is_worth_a_retry());
    }
}

#[actix_web::test]
async fn a_file_that_is_too_large_is_not_read_to_its_end_and_leaves_nothing() {
    let (_place, path, in_folder) = folder();
    let storage = Storage::start();

    for depot in [in_folder, storage.depot(|_| {})] {
        let endless = tokio::io::repeat(b'x');
        let refusal = depot.put(endless).await.unwrap_err();
        assert!(matches!(refusal, DepotError::TooLarge { most: LARGEST }));
    }

    assert_eq!(files(&path), Vec::<PathBuf>::new());
    assert!(storage.objects.0.lock().unwrap().is_empty());
}

#[actix_web::test]
async fn the_folder_is_laid_out_by_digest_and_closed_to_others() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_place, path, depot) = folder();

    let digest = depot.put(&b"signed"[..]).await.unwrap().digest.to_string();

    let file = path.join(&digest[..2]).join(&digest[2..4]).join(&digest);
    assert_eq!(files(&path), std::slice::from_ref(&file));
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    let incoming = path.join("incoming");
    let closed = file.ancestors().skip(1).take(3).chain([&*incoming]);
    assert!(closed.into_iter().all(|folder| mode(folder) == 0o700));
}

#[actix_web::test]
async fn a_file_that_was_changed_is_not_given_out() {
    let (_place, path, in_folder) = folder();
    let storage = Storage::start();
    let in_bucket = storage.depot(|_| {});
    let digest = in_folder.put(&b"signed"[..]).await.unwrap().digest;
    in_bucket.put(&b"signed"[..]).await.unwrap();

    std::fs::write(&files(&path)[0], b"forged").unwrap();
    storage
        .objects
        .0
        .lock()
        .unwrap()
        .values_mut()
        .for_each(|object| *object = b"forged".to_vec());

    for depot in [in_folder, in_bucket] {
        assert!(matches!(depot.get(digest).await, Err(DepotError::Changed)));
    }
}

#[actix_web::test]
async fn what_the_storage_refuses_is_told_without_secrets() {
    let storage = Storage::start();
    let wrong_key = storage.depot(|s3| s3.access_key = Secret::new("other".to_owned()));
    let wrong_bucket = storage.depot(|s3| s3.bucket = "other".to_owned());
    let nobody = storage.depot(|s3| s3.endpoint = "http://127.0.0.1:1".to_owned());
    let busy = storage.depot(|_| {});
    let digest = Digest::of(b"x");
    storage
        .objects
        .0
        .lock()
        .unwrap()
        .insert(digest.path(), b"busy".to_vec());

    assert!(storage.depot(|_| {}).check().await.is_ok());
    for (depot, told, is_worth_a_retry) in [
        (
            wrong_key,
            "the object storage refuses: HTTP 403 InvalidAccessKeyId",
            false,
        ),
        (
            wrong_bucket,
            "the object storage refuses: HTTP 404 NoSuchBucket",
            false,
        ),
        (nobody, "the object storage does not answer: ", true),
        (
            busy,
            "the object storage does not answer: HTTP 503 SlowDown",
            true,
        ),
    ] {
        let error = depot.get(digest).await.unwrap_err();
        let is_there = depot.check().await.is_ok();

        assert!(error.to_string().starts_with(told), "{error}");
        assert_eq!(error.is_worth_a_retry(), is_worth_a_retry);
        assert_eq!(is_there, told.ends_with("SlowDown"));
        let shown = format!("{error} {error:?} {depot:?}");
        assert!(
            !["secret", "Signature", "known-key"]
                .iter()
                .any(|word| shown.contains(word)),
            "{shown}"
        );
    }
}

#[test]
fn a_digest_is_read_as_it_is_written() {
    let digest = Digest::of(b"");
    let text = digest.to_string();

    assert_eq!(
        text,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(text.parse(), Ok(digest));
    assert_eq!(
        serde_json::from_str::<Digest>(&format!("{text:?}")).unwrap(),
        digest
    );
    for wrong in [
        "",
        "e3b0",
        &text.to_uppercase(),
        &format!("{text}0"),
        "../../etc/passwd",
    ] {
        assert_eq!(wrong.parse::<Digest>(), Err(NoDigest));
    }
}
