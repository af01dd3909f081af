//! Files in, files out, on a store of its own.

mod files;
mod refusals;
mod round_trip;
mod rows;

use std::path::PathBuf;

use super::{Format, ImportError, Imported, Kind, WrongCell, export, import};
use crate::config::Document;
use crate::domain::Timestamp;
use crate::engine::Process;
use crate::store::{Store, fresh_url};

/// A store, a folder for files, and the process.
struct Place {
    store: Store,
    process: Process,
    folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = fresh_url(folder.path()).await;
        let text = include_str!("../../../config/processes/golden-six.toml");
        Self {
            store: Store::open(&url).await.unwrap(),
            process: Process::from_document(&Document::new("golden-six.toml", text)).unwrap(),
            folder,
        }
    }

    /// Two directors, two reps, two customers.
    async fn with_people() -> Self {
        let place = Self::new().await;
        place.take(Kind::Reps, PEOPLE).await.unwrap();
        place
            .take(
                Kind::Customers,
                "id,name,region\nc-1,云杉精密,华东\nc-2,佳禾包装,华北\n",
            )
            .await
            .unwrap();
        place
    }

    async fn take(&self, kind: Kind, content: impl AsRef<[u8]>) -> Result<Imported, ImportError> {
        let file = self.file(content);
        import(&self.store, &self.process, kind, &file, now()).await
    }

    /// What an import refuses.
    async fn wrong(&self, kind: Kind, content: impl AsRef<[u8]>) -> Vec<WrongCell> {
        match self.take(kind, content).await {
            Err(ImportError::Wrong(wrong)) => wrong.0,
            other => panic!("wrong cells expected, not {other:?}"),
        }
    }

    /// Why the file as a whole is refused.
    async fn unfit(&self, kind: Kind, content: impl AsRef<[u8]>) -> String {
        match self.take(kind, content).await {
            Err(ImportError::Unfit(why)) => why,
            other => panic!("an unfit file expected, not {other:?}"),
        }
    }

    async fn give(&self, kind: Kind, format: Format) -> Vec<u8> {
        let mut out = Vec::new();
        export(&self.store, kind, format, &mut out).await.unwrap();
        out
    }

    async fn give_text(&self, kind: Kind, format: Format) -> String {
        String::from_utf8(self.give(kind, format).await).unwrap()
    }

    fn file(&self, content: impl AsRef<[u8]>) -> PathBuf {
        let file = self.folder.path().join("file");
        std::fs::write(&file, content).unwrap();
        file
    }
}

const PEOPLE: &str = "\
id,name,role,region,supervisor,wecom_userid,dingtalk_userid,dingtalk_unionid,mobile
zhou,周敏,director,华东,,ZhouMin,dd-zhou,un-zhou,+8613800138000
wu,吴军,director,华北,,,dd-wu,,
,赵磊,,华东,周敏,Zhao.Lei,,,13900139000
,王芳,rep,华北,wu,wang.fang,,,
";

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-23T12:00:00+08:00").unwrap()
}

fn imported(made: usize, changed: usize, unchanged: usize) -> Imported {
    Imported {
        made,
        changed,
        unchanged,
    }
}
