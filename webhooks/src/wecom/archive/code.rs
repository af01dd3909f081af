//! What the library's return codes mean (91552).

/// What to do about a code that is not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LibraryCode {
    /// 10001 network, 10002 the answer can't be read, 10003 the platform's system: the same again.
    Again,
    /// 10000: a parameter is wrong, which would be a mistake of ours.
    Parameter,
    /// 10005: no such file.
    NoSuchFile,
    /// 10006: a key doesn't fit: that of another version, or not in the order Base64, RSA, library.
    WrongKey,
    /// 10008: this message can't be opened, now or ever.
    Unopened,
    /// 10009: our address is not among the trusted ones.
    UntrustedAddress,
    /// 10010: it is older than five days.
    TooOld,
    /// 10011: the certificates of this machine.
    Certificates,
    /// A code that this version doesn't know.
    Unknown,
}

impl LibraryCode {
    /// What the code means; `None` for 0.
    #[must_use]
    pub const fn of(code: i32) -> Option<Self> {
        Some(match code {
            0 => return None,
            10_000 => Self::Parameter,
            10_001..=10_003 => Self::Again,
            10_005 => Self::NoSuchFile,
            10_006 => Self::WrongKey,
            10_008 => Self::Unopened,
            10_009 => Self::UntrustedAddress,
            10_010 => Self::TooOld,
            10_011 => Self::Certificates,
            _ => Self::Unknown,
        })
    }

    /// In words, with what to do where somebody can do something.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Again => "the network or the platform failed; it is tried again",
            Self::Parameter => "the library finds a parameter wrong",
            Self::NoSuchFile => "there is no such file",
            Self::WrongKey => {
                "a key doesn't fit: check [wecom.archive] private_keys and their versions"
            }
            Self::Unopened => "the library can't open this message",
            Self::UntrustedAddress => {
                "our address is not trusted: enter it at 管理工具 → 会话内容存档 → 可信IP地址"
            }
            Self::TooOld => "it is older than the five days for which the platform keeps it",
            Self::Certificates => "TLS fails: check the CA certificates of this machine",
            Self::Unknown => "see developer.work.weixin.qq.com/document/path/91552",
        }
    }
}
