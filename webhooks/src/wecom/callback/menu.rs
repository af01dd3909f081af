//! What the entries of an app's menu report (90240).

use super::{ParseError, degrees};
use crate::xml::Node;

/// The result of scanning a code.
#[derive(Clone, PartialEq, Eq)]
pub struct Scan {
    /// Usually `qrcode`.
    pub scan_type: String,
    /// What the code says.
    pub result: String,
}

/// Where pictures came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureSource {
    /// The camera (`pic_sysphoto`).
    Camera,
    /// Camera or album, the member chose (`pic_photo_or_album`).
    CameraOrAlbum,
    /// The album (`pic_weixin`).
    Album,
}

/// Pictures sent through a menu; they follow as messages of their own.
#[derive(Clone, PartialEq, Eq)]
pub struct Pictures {
    /// Where they came from.
    pub source: PictureSource,
    /// Key of the menu entry.
    pub key: String,
    /// MD5 of each, in hex, to recognise them by.
    pub md5_sums: Vec<String>,
}

/// A place picked through a menu; it follows as a message of its own.
#[derive(Clone, PartialEq)]
pub struct PlacePicked {
    /// Key of the menu entry.
    pub key: String,
    /// Degrees north (`Location_X`).
    pub latitude: f64,
    /// Degrees east (`Location_Y`).
    pub longitude: f64,
    /// Zoom level of the map.
    pub scale: i64,
    /// The address in words.
    pub label: String,
    /// The name of the point of interest.
    pub poi_name: String,
}

/// A finished asynchronous job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchJob {
    /// The id that starting the job gave.
    pub job_id: String,
    /// `sync_user`, `replace_user`, `invite_user` or `replace_party`.
    pub job_type: String,
    /// 0 when it succeeded.
    pub errcode: i64,
}

impl Scan {
    pub(super) fn read(root: Node<'_, '_>) -> Scan {
        let info = root.child("ScanCodeInfo");
        let word = |name| info.map_or("", |info| info.word(name)).to_owned();
        Scan {
            scan_type: word("ScanType"),
            result: word("ScanResult"),
        }
    }
}

impl Pictures {
    pub(super) fn read(root: Node<'_, '_>, source: PictureSource) -> Pictures {
        let list = root
            .child("SendPicsInfo")
            .and_then(|info| info.child("PicList"));
        Pictures {
            source,
            key: root.word("EventKey").to_owned(),
            md5_sums: list
                .into_iter()
                .flat_map(|list| list.children("item"))
                .map(|item| item.word("PicMd5Sum").to_owned())
                .collect(),
        }
    }
}

impl PlacePicked {
    pub(super) fn read(root: Node<'_, '_>) -> Result<PlacePicked, ParseError> {
        let missing = ParseError::Missing("SendLocationInfo");
        let info = root.child("SendLocationInfo").ok_or(missing)?;
        Ok(PlacePicked {
            key: root.word("EventKey").to_owned(),
            latitude: degrees(info, "Location_X", 90.0)?,
            longitude: degrees(info, "Location_Y", 180.0)?,
            scale: info.word("Scale").parse().unwrap_or(0),
            label: info.text("Label"),
            poi_name: info.text("Poiname"),
        })
    }
}

impl BatchJob {
    pub(super) fn read(root: Node<'_, '_>) -> BatchJob {
        let job = root.child("BatchJob");
        let word = |name| job.map_or("", |job| job.word(name));
        BatchJob {
            job_id: word("JobId").to_owned(),
            job_type: word("JobType").to_owned(),
            errcode: word("ErrCode").parse().unwrap_or(0),
        }
    }
}
