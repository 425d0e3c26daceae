package dev.felucca.shell.transport;

import dev.felucca.shell.terminal.WindowSize;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.impl.AbstractTerminal;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;
import org.jline.utils.InfoCmp;
import org.jline.utils.NonBlocking;
import org.jline.utils.NonBlockingReader;
import org.jspecify.annotations.Nullable;

/** The caller's terminal as JLine wants it. It is raw (cfmakeraw(3)) while a line is edited, so it makes no \r of its own. */
final class LineTerminal extends AbstractTerminal {
    private static final Map<Attributes.ControlChar, Integer> CHARACTERS = Map.of(
            Attributes.ControlChar.VEOF, 'D' & 0x1f,
            Attributes.ControlChar.VERASE, 0x7f,
            Attributes.ControlChar.VKILL, 'U' & 0x1f,
            Attributes.ControlChar.VWERASE, 'W' & 0x1f);

    private final SocketTerminal caller;
    private final InputStream input;
    private final NonBlockingReader reader;
    private final OutputStream output;
    private final PrintWriter writer;
    private final Attributes attributes = new Attributes();

    /** @param type the caller's TERM */
    LineTerminal(SocketTerminal caller, String type) throws IOException {
        super("felucca", type, StandardCharsets.UTF_8, SignalHandler.SIG_IGN);
        this.caller = caller;
        TerminalInput keys = new TerminalInput(caller.stdinStream());
        input = keys;
        reader = NonBlocking.nonBlocking(getName(), keys, StandardCharsets.UTF_8);
        output = new FilterOutputStream(caller.stdout()) {
            @Override
            public void write(int b) throws IOException {
                if (b == '\n') out.write('\r');
                out.write(b);
            }
        };
        writer = new PrintWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8));
        attributes.setLocalFlag(Attributes.LocalFlag.ICANON, true);
        CHARACTERS.forEach(attributes::setControlChar);
        parseInfoCmp();
    }

    /** Whether JLine knows how to move the cursor of such a terminal. */
    static boolean supports(@Nullable String type) {
        return type != null && !type.startsWith("dumb") && InfoCmp.getLoadedInfoCmp(known(type)) != null;
    }

    /** JLine would run infocmp(1) for others; a terminal of another kind of the same family is near enough. */
    private static String known(String type) {
        if (InfoCmp.getLoadedInfoCmp(type) != null) return type;
        String family = type.replaceFirst("-.*", "");
        if (family.equals("tmux")) return "screen-256color";
        return InfoCmp.getLoadedInfoCmp(family) != null ? family : "ansi";
    }

    @Override
    protected void parseInfoCmp() {
        InfoCmp.parseInfoCmp(InfoCmp.getLoadedInfoCmp(known(type)), bools, ints, strings);
    }

    @Override
    public NonBlockingReader reader() {
        return reader;
    }

    @Override
    public PrintWriter writer() {
        return writer;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public Attributes getAttributes() {
        return new Attributes(attributes);
    }

    @Override
    public void setAttributes(Attributes wanted) {
        boolean wasRaw = !attributes.getLocalFlag(Attributes.LocalFlag.ICANON);
        boolean raw = !wanted.getLocalFlag(Attributes.LocalFlag.ICANON);
        attributes.copy(wanted);
        if (raw == wasRaw) return;
        flush();
        caller.raw(raw);
    }

    @Override
    public Size getSize() {
        WindowSize size = caller.windowSize().orElse(new WindowSize(80, 24));
        return new Size(size.columns(), size.rows());
    }

    @Override
    public void setSize(Size size) {
        throw new UnsupportedOperationException("the window belongs to the caller");
    }

    @Override
    public @Nullable TerminalProvider getProvider() {
        return null;
    }

    @Override
    public @Nullable SystemStream getSystemStream() {
        return null;
    }
}
