//! Stands in for the vendor's chat archive library, `libWeWorkFinanceSdk_C.so`, in tests: the same C
//! functions by the same names (`developer.work.weixin.qq.com/document/path/91774`), with the data of
//! the sandbox behind them.
//!
//! Where the sandbox is says the argument `proxy`. It is asked by plain HTTP, and everything it says
//! besides the data stands in headers: the code to return (`x-code`), and what to do before
//! (`x-act`: `abort`, `hang` or `leak`). How a message is sealed is our own: the vendor's format isn't
//! published.
//!
//! As the real one, this can bring the process down, hang and leak, when it is told to.

#![expect(
    clippy::missing_safety_doc,
    reason = "as the vendor's: every pointer is one that was made here"
)]

mod http;
mod sealing;

use std::ffi::{CStr, c_char, c_int, c_uint, c_ulonglong};
use std::ptr;

use http::Answer;

/// `WeWorkFinanceSdk_t`: who asks.
pub struct Sdk {
    corp_id: String,
    secret: String,
}

/// `Slice_t`.
#[repr(C)]
pub struct Slice {
    buf: *mut c_char,
    len: c_int,
}

/// `MediaData_t`.
#[repr(C)]
pub struct MediaData {
    outindexbuf: *mut c_char,
    out_len: c_int,
    data: *mut c_char,
    data_len: c_int,
    is_finish: c_int,
}

const BAD_PARAMETER: c_int = 10_000;
const NETWORK: c_int = 10_001;

unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    unsafe { CStr::from_ptr(pointer) }
        .to_string_lossy()
        .into_owned()
}

/// A copy with a zero behind it, which [`release`] takes back.
fn hold(bytes: &[u8]) -> (*mut c_char, c_int) {
    let mut copy = Vec::with_capacity(bytes.len() + 1);
    copy.extend_from_slice(bytes);
    copy.push(0);
    let length = c_int::try_from(bytes.len()).unwrap_or(0);
    (Box::into_raw(copy.into_boxed_slice()).cast(), length)
}

unsafe fn release(pointer: *mut c_char, length: c_int) {
    if !pointer.is_null() {
        let length = usize::try_from(length).unwrap_or(0) + 1;
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(pointer.cast::<u8>(), length)) });
    }
}

unsafe fn fill(slice: *mut Slice, bytes: &[u8]) {
    unsafe {
        release((*slice).buf, (*slice).len);
        ((*slice).buf, (*slice).len) = hold(bytes);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn NewSdk() -> *mut Sdk {
    Box::into_raw(Box::new(Sdk {
        corp_id: String::new(),
        secret: String::new(),
    }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Init(
    sdk: *mut Sdk,
    corpid: *const c_char,
    secret: *const c_char,
) -> c_int {
    unsafe {
        let sdk = &mut *sdk;
        sdk.corp_id = text(corpid);
        sdk.secret = text(secret);
        c_int::from(sdk.corp_id.is_empty() || sdk.secret.is_empty()) * BAD_PARAMETER
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn DestroySdk(sdk: *mut Sdk) {
    drop(unsafe { Box::from_raw(sdk) });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetChatData(
    sdk: *mut Sdk,
    seq: c_ulonglong,
    limit: c_uint,
    proxy: *const c_char,
    _passwd: *const c_char,
    timeout: c_int,
    out: *mut Slice,
) -> c_int {
    if limit > 1000 {
        return BAD_PARAMETER;
    }
    let (sdk, proxy) = unsafe { (&*sdk, text(proxy)) };
    let asked = [("x-seq", seq.to_string()), ("x-limit", limit.to_string())];
    match sdk.ask(&proxy, "chatdata", &asked, timeout) {
        Some(answer) if answer.code() == 0 => {
            unsafe { fill(out, &answer.body) };
            0
        }
        Some(answer) => answer.code(),
        None => NETWORK,
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn DecryptData(
    encrypt_key: *const c_char,
    encrypt_msg: *const c_char,
    out: *mut Slice,
) -> c_int {
    match sealing::open(&unsafe { text(encrypt_key) }, &unsafe { text(encrypt_msg) }) {
        Ok(message) => {
            unsafe { fill(out, &message) };
            0
        }
        Err(code) => code,
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetMediaData(
    sdk: *mut Sdk,
    indexbuf: *const c_char,
    sdkfileid: *const c_char,
    proxy: *const c_char,
    _passwd: *const c_char,
    timeout: c_int,
    out: *mut MediaData,
) -> c_int {
    let (sdk, proxy) = unsafe { (&*sdk, text(proxy)) };
    let (index, file) = unsafe { (text(indexbuf), text(sdkfileid)) };
    if file.is_empty() {
        return BAD_PARAMETER;
    }
    let asked = [("x-index", index), ("x-file", file)];
    let Some(answer) = sdk.ask(&proxy, "media", &asked, timeout) else {
        return NETWORK;
    };
    if answer.code() != 0 {
        return answer.code();
    }
    unsafe {
        release((*out).outindexbuf, (*out).out_len);
        release((*out).data, (*out).data_len);
        ((*out).outindexbuf, (*out).out_len) = hold(answer.header("x-index").as_bytes());
        ((*out).data, (*out).data_len) = hold(&answer.body);
        (*out).is_finish = c_int::from(answer.header("x-finished") == "1");
    }
    0
}

impl Sdk {
    fn ask(
        &self,
        proxy: &str,
        what: &str,
        asked: &[(&str, String)],
        timeout: c_int,
    ) -> Option<Answer> {
        let who = [
            ("x-corpid", self.corp_id.clone()),
            ("x-secret", self.secret.clone()),
        ];
        let headers: Vec<(&str, String)> = who.into_iter().chain(asked.iter().cloned()).collect();
        let answer = http::post(proxy, what, &headers, timeout)?;
        answer.act();
        Some(answer)
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn NewSlice() -> *mut Slice {
    Box::into_raw(Box::new(Slice {
        buf: ptr::null_mut(),
        len: 0,
    }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeSlice(slice: *mut Slice) {
    unsafe {
        release((*slice).buf, (*slice).len);
        drop(Box::from_raw(slice));
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetContentFromSlice(slice: *mut Slice) -> *mut c_char {
    unsafe { (*slice).buf }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetSliceLen(slice: *mut Slice) -> c_int {
    unsafe { (*slice).len }
}

#[unsafe(no_mangle)]
pub extern "C" fn NewMediaData() -> *mut MediaData {
    Box::into_raw(Box::new(MediaData {
        outindexbuf: ptr::null_mut(),
        out_len: 0,
        data: ptr::null_mut(),
        data_len: 0,
        is_finish: 0,
    }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn FreeMediaData(media: *mut MediaData) {
    unsafe {
        release((*media).outindexbuf, (*media).out_len);
        release((*media).data, (*media).data_len);
        drop(Box::from_raw(media));
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetOutIndexBuf(media: *mut MediaData) -> *mut c_char {
    unsafe { (*media).outindexbuf }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetData(media: *mut MediaData) -> *mut c_char {
    unsafe { (*media).data }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetIndexLen(media: *mut MediaData) -> c_int {
    unsafe { (*media).out_len }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetDataLen(media: *mut MediaData) -> c_int {
    unsafe { (*media).data_len }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsMediaDataFinish(media: *mut MediaData) -> c_int {
    unsafe { (*media).is_finish }
}
