//! What a rep sends to the app besides words.

use super::super::callbacks::{Sent, something_sent};
use super::super::record::{Record, Said};
use super::super::state::State;
use super::super::wecom::Media;
use super::recording::recording;
use super::rep::RepActor;

impl RepActor {
    /// Holds the button and talks for so many seconds.
    pub async fn talks(&self, seconds: usize) {
        self.sends_voice(recording(seconds), &format!("[语音] {seconds} 秒"))
            .await;
    }

    /// Sends a voice message of these bytes; `shown` is what the phone shows of it.
    pub async fn sends_voice(&self, bytes: Vec<u8>, shown: &str) {
        let media = Media {
            content_type: "voice/amr",
            name: "voice.amr",
            bytes,
        };
        self.sends_media(media, shown, |media_id| Sent::Voice { media_id })
            .await;
    }

    /// Sends a picture.
    pub async fn sends_picture(&self, bytes: Vec<u8>) {
        let media = Media {
            content_type: "image/jpeg",
            name: "picture.jpg",
            bytes,
        };
        self.sends_media(media, "[图片]", |media_id| Sent::Picture { media_id })
            .await;
    }

    /// Sends a file, which today's WeCom does not deliver to apps.
    pub async fn sends_file(&self, name: &str, bytes: Vec<u8>) {
        let media = Media {
            content_type: "application/octet-stream",
            name: "file",
            bytes,
        };
        let shown = format!("[文件] {name}");
        self.sends_media(media, &shown, |media_id| Sent::File { media_id })
            .await;
    }

    /// Sends a place: degrees north and east, and its address.
    pub async fn sends_place(&self, at: (f64, f64), label: &str) {
        self.sandbox.with(|state| {
            let shown = format!("[位置] {label}");
            self.send(state, &shown, &Sent::Place { at, label });
        });
        self.sandbox.deliver().await;
    }

    async fn sends_media(
        &self,
        media: Media,
        shown: &str,
        sent: impl for<'m> Fn(&'m str) -> Sent<'m>,
    ) {
        self.sandbox.with(|state| {
            let (id, now) = (state.dice.word(60), state.now());
            state.wecom.media.keep(&id, media, now);
            self.send(state, shown, &sent(&id));
        });
        self.sandbox.deliver().await;
    }

    fn send(&self, state: &mut State, shown: &str, sent: &Sent<'_>) {
        state.record(Record::Said(Said {
            from: self.userid.clone(),
            text: shown.to_owned(),
        }));
        let app = state.company.apps.first().map(|app| app.name.clone());
        if let Some(app) = app {
            something_sent(state, &app, &self.userid, sent);
        }
    }
}
