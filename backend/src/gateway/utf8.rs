//! Whether bytes are text, seen at the very byte at which they are none.

/// Where in a character a text is, byte by byte (the Unicode standard, table 3-7).
#[derive(Clone, Copy, Debug)]
pub(super) struct Utf8 {
    /// How many bytes are still to come of the character.
    left: u8,
    /// Between what the next one has to be.
    low: u8,
    high: u8,
}

impl Default for Utf8 {
    fn default() -> Self {
        Self { left: 0, low: 0x80, high: 0xbf }
    }
}

impl Utf8 {
    /// Whether a text may go on with this byte.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        if self.left > 0 {
            let fits = (self.low..=self.high).contains(&byte);
            *self = Self { left: self.left - 1, ..Self::default() };
            return fits;
        }
        let (left, low, high) = match byte {
            ..=0x7f => return true,
            0xc2..=0xdf => (1, 0x80, 0xbf),
            0xe0 => (2, 0xa0, 0xbf),
            0xed => (2, 0x80, 0x9f),
            0xe1..=0xef => (2, 0x80, 0xbf),
            0xf0 => (3, 0x90, 0xbf),
            0xf1..=0xf3 => (3, 0x80, 0xbf),
            0xf4 => (3, 0x80, 0x8f),
            _ => return false,
        };
        *self = Self { left, low, high };
        true
    }

    /// Whether a text may end here.
    pub(super) fn is_whole(self) -> bool {
        self.left == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ws_3_text_is_told_from_what_is_none_at_the_same_byte_as_the_library_does(
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                "\\PC{0,20}".prop_map(String::into_bytes),
                ("\\PC{0,8}", prop::collection::vec(0x80_u8..=0xff, 0..6))
                    .prop_map(|(text, more)| [text.as_bytes(), &more].concat()),
            ]
        ) {
            let mut text = Utf8::default();
            let good = bytes.iter().take_while(|byte| text.take(**byte)).count();
            match std::str::from_utf8(&bytes) {
                Ok(_) => prop_assert!(good == bytes.len() && text.is_whole()),
                Err(why) if why.error_len().is_none() => {
                    prop_assert!(good == bytes.len() && !text.is_whole());
                }
                Err(why) => {
                    // The library tells where the character begins, this one where it is broken.
                    let begins = why.valid_up_to();
                    prop_assert!((begins..begins + 4).contains(&good), "{good} {why:?}");
                }
            }
        }
    }
}
