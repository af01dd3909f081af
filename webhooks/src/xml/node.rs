//! Walking a [`Document`].

use super::{Document, Element};
use std::borrow::Cow;

/// One element of a [`Document`].
#[derive(Clone, Copy)]
pub(crate) struct Node<'d, 'a> {
    pub(super) document: &'d Document<'a>,
    pub(super) index: usize,
}

impl<'d, 'a> Node<'d, 'a> {
    pub(crate) fn name(self) -> &'d str {
        self.element().start.name().into_inner()
    }

    /// The text as it stands, white space included.
    pub(crate) fn raw_text(self) -> &'d Cow<'a, str> {
        &self.element().text
    }

    pub(crate) fn is_leaf(self) -> bool {
        !self.element().has_children
    }

    pub(crate) fn all_children(self) -> impl Iterator<Item = Node<'d, 'a>> + use<'d, 'a> {
        self.descendants()
            .filter(move |node| node.element().parent == self.index)
    }

    pub(crate) fn children(
        self,
        name: &'static str,
    ) -> impl Iterator<Item = Node<'d, 'a>> + use<'d, 'a> {
        self.all_children().filter(move |node| node.name() == name)
    }

    /// The first child of that name: repeated scalars are not an error.
    pub(crate) fn child(self, name: &'static str) -> Option<Node<'d, 'a>> {
        self.children(name).next()
    }

    /// A child's text with its white space, empty when it is absent: for what people wrote.
    pub(crate) fn text(self, name: &'static str) -> String {
        self.child(name)
            .map(|node| node.raw_text().clone().into_owned())
            .unwrap_or_default()
    }

    /// A child's text without surrounding white space, empty when it is
    /// absent: for ids, names and numbers.
    pub(crate) fn word(self, name: &'static str) -> &'d str {
        self.child(name).map_or("", Node::trimmed)
    }

    pub(crate) fn trimmed(self) -> &'d str {
        self.element().text.trim_ascii()
    }

    /// All that is below this element, in document order.
    pub(crate) fn descendants(self) -> impl Iterator<Item = Node<'d, 'a>> + use<'d, 'a> {
        let Self { document, index } = self;
        (index + 1..document.elements.len())
            .map(move |index| Node { document, index })
            .take_while(move |node| node.element().parent >= index)
    }

    fn element(self) -> &'d Element<'a> {
        &self.document.elements[self.index]
    }
}
