//! Lower-case hexadecimal, on the stack.

/// The lower-case hex of `bytes`; `M` is twice `N`.
pub(crate) fn lower<const N: usize, const M: usize>(bytes: [u8; N]) -> [u8; M] {
    const { assert!(M == 2 * N) };
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = [0; M];
    for (pair, byte) in out.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0x0f)];
    }
    out
}

/// The lower-case hex of `bytes` as text.
pub(crate) fn lower_string(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| lower::<1, 2>([*byte]))
        .map(char::from)
        .collect()
}
