//! `[storage] files` and `[storage.s3]`: where uploaded files are kept.

use std::path::PathBuf;

use super::wecom::base;
use super::{Secret, Section};

/// Uploaded files.
#[derive(Debug, Clone)]
pub struct FileSettings {
    /// Where they are kept.
    pub place: FilePlace,
    /// The largest that is taken, in bytes.
    pub largest: u64,
}

impl FileSettings {
    /// The largest that is taken, as the length of what is held in memory.
    #[must_use]
    pub fn largest_length(&self) -> usize {
        usize::try_from(self.largest).unwrap_or(usize::MAX)
    }
}

/// Where uploaded files are kept.
#[derive(Debug, Clone)]
pub enum FilePlace {
    /// `[storage] files`: a folder of this machine.
    Folder(PathBuf),
    /// `[storage.s3]`
    S3(S3Settings),
}

/// `[storage.s3]`: an object storage, which several replicas may share.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// Its address, without the bucket and without a slash at the end.
    pub endpoint: String,
    /// The bucket, which has to be there.
    pub bucket: String,
    /// As the provider names it.
    pub region: String,
    /// Who we are.
    pub access_key: Secret,
    /// What proves it.
    pub secret_key: Secret,
    /// Whether the bucket is part of the path (MinIO) or of the host's name (everybody else).
    pub path_style: bool,
}

const MEGABYTE: u64 = 1024 * 1024;

impl FileSettings {
    /// Reads both from `[storage]`.
    pub(super) fn read(storage: &Section<'_>) -> Option<Self> {
        let expected = "a folder, which is made when it isn't there";
        let folder = storage.filled_text("files", expected);
        let largest = storage.integer("largest_file_mb", 1..=1024);
        let s3 = storage
            .section("s3")
            .map(|section| S3Settings::read(&section));
        let place = match s3 {
            Some(s3) => FilePlace::S3(s3?),
            None => {
                let folder = folder.map_or_else(|| "data/files".to_owned(), |found| found.value);
                FilePlace::Folder(storage.document().folder().join(folder))
            }
        };
        let largest = largest.map_or(20, |found| found.value.unsigned_abs());
        Some(Self {
            place,
            largest: largest * MEGABYTE,
        })
    }
}

impl S3Settings {
    fn read(section: &Section<'_>) -> Option<Self> {
        let address = "the object storage's address, such as https://oss-cn-shanghai.aliyuncs.com";
        let is_there = section.required("endpoint", address);
        let endpoint = base(section, "endpoint", "");
        let bucket = section.required_filled_text("bucket", "the name of a bucket that is there");
        let region = section.required_filled_text(
            "region",
            "the region, such as cn-shanghai; us-east-1 for MinIO",
        );
        let access_key = section
            .required_secret::<Secret>("access_key", "the access key (AccessKey ID, SecretId)");
        let secret_key = section.required_secret::<Secret>(
            "secret_key",
            "the secret key (AccessKey Secret, SecretKey)",
        );
        let path_style = section.boolean("path_style");
        section.finish();
        Some(Self {
            endpoint: endpoint.filter(|_| is_there)?,
            bucket: bucket?.value,
            region: region?.value,
            access_key: access_key?.value,
            secret_key: secret_key?.value,
            path_style: path_style.is_some_and(|found| found.value),
        })
    }
}
