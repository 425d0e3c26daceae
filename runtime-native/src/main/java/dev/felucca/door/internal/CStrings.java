package dev.felucca.door.internal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Strings as the kernel has them: bytes without NUL. They are UTF-8 by convention only, so a byte that is not part of
 * valid UTF-8 is carried as a lone surrogate U+DC80 to U+DCFF and turned back on the way in.
 */
public final class CStrings {
    private CStrings() {}

    public static byte[] encode(String s) {
        if (s.indexOf('\0') >= 0) {
            throw Sys.invalid("a NUL character is not allowed in \"" + s.replace("\0", "\\0") + "\"");
        }
        boolean plain = true;
        for (int i = 0; i < s.length() && plain; i++) {
            plain = !Character.isSurrogate(s.charAt(i));
        }
        return plain ? s.getBytes(StandardCharsets.UTF_8) : encodeEscaped(s);
    }

    private static byte[] encodeEscaped(String s) {
        ByteBuffer out = ByteBuffer.allocate(s.length() * 3);
        for (int i = 0; i < s.length(); ) {
            int c = s.codePointAt(i);
            if (c >= 0xDC80 && c <= 0xDCFF) {
                out.put((byte) c);
            } else if (c >= 0xD800 && c <= 0xDFFF) {
                throw Sys.invalid("half of a surrogate pair at position " + i + " of a file name");
            } else {
                out.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(c);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    public static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return decodeEscaped(bytes);
        }
    }

    private static String decodeEscaped(byte[] bytes) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (in.hasRemaining()) {
            CoderResult r = decoder.decode(in, out, true);
            if (r.isError()) {
                // Only the first byte: what follows may begin a valid character.
                out.put((char) (0xDC00 | (in.get() & 0xFF)));
            }
        }
        return out.flip().toString();
    }
}
