//! The vendor's library, by its C functions (`developer.work.weixin.qq.com/document/path/91774`).
//!
//! The only place with `unsafe` in this program. What it rests on: the functions have the signatures
//! that the vendor's header gives; only the one thread that owns [`Library`] calls them, one at a time;
//! every pointer given to them stays valid for the call; and what they give back is copied before the
//! next call.

#![expect(unsafe_code, reason = "a C library can't be called without")]

use std::ffi::{CString, c_char, c_int, c_uint, c_ulonglong, c_void};
use std::path::Path;

use crate::platform::{ArchiveAnswer, ArchiveRequest};

type NewObject = unsafe extern "C" fn() -> *mut c_void;
type FreeObject = unsafe extern "C" fn(*mut c_void);
type TextOf = unsafe extern "C" fn(*mut c_void) -> *mut c_char;
type NumberOf = unsafe extern "C" fn(*mut c_void) -> c_int;
type Init = unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char) -> c_int;
type GetChatData = unsafe extern "C" fn(
    *mut c_void,
    c_ulonglong,
    c_uint,
    *const c_char,
    *const c_char,
    c_int,
    *mut c_void,
) -> c_int;
type DecryptData = unsafe extern "C" fn(*const c_char, *const c_char, *mut c_void) -> c_int;
type GetMediaData = unsafe extern "C" fn(
    *mut c_void,
    *const c_char,
    *const c_char,
    *const c_char,
    *const c_char,
    c_int,
    *mut c_void,
) -> c_int;

/// A parameter that can't be given to C, as the library itself would say.
const BAD_PARAMETER: i32 = 10_000;

/// The loaded library with its one handle.
pub(super) struct Library {
    sdk: *mut c_void,
    functions: Functions,
    /// Behind everything that came out of it.
    _library: libloading::Library,
}

struct Functions {
    init: Init,
    get_chat_data: GetChatData,
    decrypt_data: DecryptData,
    get_media_data: GetMediaData,
    destroy_sdk: FreeObject,
    new_slice: NewObject,
    free_slice: FreeObject,
    slice_text: TextOf,
    slice_length: NumberOf,
    new_media: NewObject,
    free_media: FreeObject,
    media_index: TextOf,
    media_index_length: NumberOf,
    media_data: TextOf,
    media_data_length: NumberOf,
    media_is_finished: NumberOf,
}

impl Library {
    /// Loads it and says who asks. The number is what `Init` returned.
    pub(super) fn load(place: &Path, corp_id: &str, secret: &str) -> Result<(Self, i32), String> {
        // SAFETY: loading runs the library's own initialisation, which is what an operator asks for who
        // names it in the configuration; there is no other code of ours that it could race with.
        let library = unsafe { libloading::Library::new(place) }
            .map_err(|error| format!("{} can't be loaded: {error}", place.display()))?;
        let (new_sdk, functions) = Functions::of(&library)?;
        // SAFETY: `NewSdk` takes nothing and gives a handle, or null.
        let sdk = unsafe { new_sdk() };
        if sdk.is_null() {
            return Err("its NewSdk gave nothing".to_owned());
        }
        let loaded = Self {
            sdk,
            functions,
            _library: library,
        };
        let code = match (CString::new(corp_id), CString::new(secret)) {
            (Ok(corp_id), Ok(secret)) => {
                // SAFETY: the handle is the library's own; both texts end with NUL and outlive the call.
                unsafe { (loaded.functions.init)(loaded.sdk, corp_id.as_ptr(), secret.as_ptr()) }
            }
            _ => BAD_PARAMETER,
        };
        Ok((loaded, code))
    }

    /// Does what is asked, and says with which code it ended.
    pub(super) fn answer(&mut self, request: &ArchiveRequest) -> (ArchiveAnswer, Vec<u8>) {
        let outcome = match request {
            ArchiveRequest::Init { .. } => None,
            ArchiveRequest::Pull { seq, limit, way } => {
                Way::of(way).map(|way| self.pull(*seq, *limit, &way))
            }
            ArchiveRequest::Decrypt { key, message } => {
                let texts = (
                    CString::new(key.as_bytes()),
                    CString::new(message.as_bytes()),
                );
                match texts {
                    (Ok(key), Ok(message)) => Some(self.decrypt(&key, &message)),
                    _ => None,
                }
            }
            ArchiveRequest::Media { index, file, way } => {
                let texts = (
                    CString::new(index.as_bytes()),
                    CString::new(file.as_bytes()),
                    Way::of(way),
                );
                match texts {
                    (Ok(index), Ok(file), Some(way)) => Some(self.media(&index, &file, &way)),
                    _ => None,
                }
            }
        };
        outcome.unwrap_or_else(|| (ArchiveAnswer::code(BAD_PARAMETER), Vec::new()))
    }

    fn pull(&mut self, seq: u64, limit: u32, way: &Way) -> (ArchiveAnswer, Vec<u8>) {
        let sdk = self.sdk;
        let get_chat_data = self.functions.get_chat_data;
        self.filled_slice(|slice| {
            // SAFETY: handle and slice are the library's own and live; the texts end with NUL and
            // outlive the call.
            unsafe {
                let (proxy, password) = (way.proxy.as_ptr(), way.password.as_ptr());
                get_chat_data(sdk, seq, limit, proxy, password, way.timeout, slice)
            }
        })
    }

    fn decrypt(&mut self, key: &CString, message: &CString) -> (ArchiveAnswer, Vec<u8>) {
        let decrypt_data = self.functions.decrypt_data;
        self.filled_slice(|slice| {
            // SAFETY: the slice is the library's own and lives; the texts end with NUL and outlive the
            // call.
            unsafe { decrypt_data(key.as_ptr(), message.as_ptr(), slice) }
        })
    }

    /// Makes a slice, lets it be filled, copies what it holds and frees it.
    fn filled_slice(
        &mut self,
        fill: impl FnOnce(*mut c_void) -> c_int,
    ) -> (ArchiveAnswer, Vec<u8>) {
        let functions = &self.functions;
        // SAFETY: `NewSlice` takes nothing and gives a slice of its own, or null.
        let slice = unsafe { (functions.new_slice)() };
        if slice.is_null() {
            return (
                ArchiveAnswer::unusable("its NewSlice gave nothing".to_owned()),
                Vec::new(),
            );
        }
        let code = fill(slice);
        let bytes = match code {
            0 => copied(slice, functions.slice_text, functions.slice_length),
            _ => Vec::new(),
        };
        // SAFETY: the slice came from `NewSlice` above, is freed once, and nothing points into it.
        unsafe { (functions.free_slice)(slice) };
        (ArchiveAnswer::code(code), bytes)
    }

    fn media(&mut self, index: &CString, file: &CString, way: &Way) -> (ArchiveAnswer, Vec<u8>) {
        let functions = &self.functions;
        // SAFETY: `NewMediaData` takes nothing and gives an object of its own, or null.
        let media = unsafe { (functions.new_media)() };
        if media.is_null() {
            return (
                ArchiveAnswer::unusable("its NewMediaData gave nothing".to_owned()),
                Vec::new(),
            );
        }
        // SAFETY: handle and object are the library's own and live; the texts end with NUL and outlive
        // the call.
        let code = unsafe {
            let (proxy, password) = (way.proxy.as_ptr(), way.password.as_ptr());
            (functions.get_media_data)(
                self.sdk,
                index.as_ptr(),
                file.as_ptr(),
                proxy,
                password,
                way.timeout,
                media,
            )
        };
        let mut answer = ArchiveAnswer::code(code);
        let mut bytes = Vec::new();
        if code == 0 {
            bytes = copied(media, functions.media_data, functions.media_data_length);
            let index = copied(media, functions.media_index, functions.media_index_length);
            answer.index = String::from_utf8_lossy(&index).into_owned();
            // SAFETY: the object lives; the function only reads a field of it.
            answer.is_finished = unsafe { (functions.media_is_finished)(media) } != 0;
        }
        // SAFETY: the object came from `NewMediaData` above, is freed once, and nothing points into it.
        unsafe { (functions.free_media)(media) };
        (answer, bytes)
    }
}

/// A copy of what an object of the library holds.
fn copied(object: *mut c_void, pointer_of: TextOf, length_of: NumberOf) -> Vec<u8> {
    // SAFETY: the object lives, and both functions only read a field of it.
    let (pointer, length) = unsafe { (pointer_of(object), length_of(object)) };
    match usize::try_from(length) {
        Ok(length) if length > 0 && !pointer.is_null() => {
            // SAFETY: the library says that so many bytes stand there; they are copied at once, while
            // the object lives and nobody writes to it.
            unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), length) }.to_vec()
        }
        _ => Vec::new(),
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: the handle came from `NewSdk`, is destroyed once, and the library is still loaded.
        unsafe { (self.functions.destroy_sdk)(self.sdk) };
    }
}

/// How to reach the platform.
struct Way {
    proxy: CString,
    password: CString,
    timeout: c_int,
}

impl Way {
    fn of(way: &crate::platform::ArchiveWay) -> Option<Self> {
        Some(Self {
            proxy: CString::new(way.proxy.as_bytes()).ok()?,
            password: CString::new(way.password.as_bytes()).ok()?,
            timeout: c_int::try_from(way.timeout_seconds).ok()?,
        })
    }
}

impl Functions {
    /// All of them, and the one that is needed once.
    fn of(library: &libloading::Library) -> Result<(NewObject, Self), String> {
        /// A function by its name, whose type is that of the place it is put in.
        macro_rules! function {
            ($name:literal) => {
                // SAFETY: the vendor's header gives the function of this name the signature of the type
                // that it is taken as, and the library outlives the pointer.
                unsafe { library.get($name) }
                    .map(|function| *function)
                    .map_err(|_| {
                        let name = String::from_utf8_lossy($name);
                        format!("it has no function {name}: is it libWeWorkFinanceSdk_C.so?")
                    })?
            };
        }
        let new_sdk = function!(b"NewSdk");
        let functions = Self {
            init: function!(b"Init"),
            get_chat_data: function!(b"GetChatData"),
            decrypt_data: function!(b"DecryptData"),
            get_media_data: function!(b"GetMediaData"),
            destroy_sdk: function!(b"DestroySdk"),
            new_slice: function!(b"NewSlice"),
            free_slice: function!(b"FreeSlice"),
            slice_text: function!(b"GetContentFromSlice"),
            slice_length: function!(b"GetSliceLen"),
            new_media: function!(b"NewMediaData"),
            free_media: function!(b"FreeMediaData"),
            media_index: function!(b"GetOutIndexBuf"),
            media_index_length: function!(b"GetIndexLen"),
            media_data: function!(b"GetData"),
            media_data_length: function!(b"GetDataLen"),
            media_is_finished: function!(b"IsMediaDataFinish"),
        };
        Ok((new_sdk, functions))
    }
}
