package dev.felucca.shell.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExecRequestTest {

    private static byte[] request(int mode, List<String> arguments, List<String> environment) {
        ByteBuffer b = ByteBuffer.allocate(4096);
        b.put((byte) mode).put((byte) 5).putShort((short) 80).putShort((short) 24);
        b.putInt(arguments.size()).putInt(environment.size());
        put(b, "/work");
        arguments.forEach(a -> put(b, a));
        environment.forEach(v -> put(b, v));
        return Arrays.copyOf(b.array(), b.position());
    }

    private static void put(ByteBuffer b, String s) {
        byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
        b.putInt(bytes.length).put(bytes);
    }

    @Test
    void argumentsArriveAsTheyWere() throws ProtocolException {
        List<String> words = List.of("run", "", "two words", "$HOME", "`x`", "a\nb", "\"'\\", "größe", "--");
        ExecRequest r = ExecRequest.parse(ByteBuffer.wrap(request(0, words, List.of("A=1", "B=", "C=x=y", "=odd"))));
        assertEquals(words, r.arguments());
        assertEquals(Map.of("A", "1", "B", "", "C", "x=y"), r.environment());
        assertEquals("/work", r.directory());
        assertEquals(80, r.window().columns());
        assertTrue(r.stdinIsTty() && !r.stdoutIsTty() && r.stderrIsTty());
    }

    @Test
    void everyCutAndEveryFlippedByteIsRefusedOrRead() {
        byte[] good = request(0, List.of("echo", "hello"), List.of("A=1"));
        for (int n = 0; n < good.length; n++) {
            byte[] cut = Arrays.copyOf(good, n);
            assertThrows(ProtocolException.class, () -> ExecRequest.parse(ByteBuffer.wrap(cut)));
        }
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int k = random.nextInt(4); k >= 0; k--) bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            try {
                assertTrue(ExecRequest.parse(ByteBuffer.wrap(bad)).arguments().size() < good.length);
            } catch (ProtocolException e) {
                assertTrue(String.valueOf(e.getMessage()).length() > 10);
            }
        }
    }

    @Test
    void anArgumentThatIsNotTextIsRefused() {
        byte[] bad = request(0, List.of("run", "xx"), List.of());
        bad[bad.length - 1] = (byte) 0xff;
        ProtocolException e = assertThrows(ProtocolException.class, () -> ExecRequest.parse(ByteBuffer.wrap(bad)));
        assertEquals("argument 2 is not valid UTF-8", e.getMessage());
    }

    @Test
    void aModeHasItsNumberOfArguments() {
        for (byte[] bad : List.of(
                request(0, List.of(), List.of()),
                request(1, List.of("x"), List.of()),
                request(2, List.of("x", "y"), List.of()),
                request(3, List.of("x"), List.of())))
            assertThrows(ProtocolException.class, () -> ExecRequest.parse(ByteBuffer.wrap(bad)));
    }
}
