//! DingTalk (钉钉), whose documents are at `open.dingtalk.com/document`.
//!
//! Three ways to raise an alert, each with its own limits: [`robot`] speaks
//! into a group by a secret address, [`one_to_one`] is the app's robot
//! speaking to a person, [`work_notification`] lands in the person's
//! notification list. [`todo`](mod@todo) puts something into a person's to-do list.
//! [`errcode`] says what to do about an answer of any of them. [`event`] opens
//! event callbacks, [`link`] makes links that open beside the chat.

pub mod errcode;
pub mod event;
pub mod link;
pub mod one_to_one;
pub mod robot;
pub mod todo;
pub mod work_notification;

mod number;
mod signed;
