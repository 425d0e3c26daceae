package dev.felucca.shell.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.image.Progress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
    @Test
    void aBarForEachItemIsDrawnInPlace() {
        FakeTerminal t = new FakeTerminal();
        t.tty = true;
        Progress p = ProgressLines.on(t, false);
        p.report("0123abcd", "Loading", 50, 100);
        p.report("4567cdef", "Loading", 7_000_000, -1);
        p.report("x\033[31m" + "y".repeat(100), "Loading", 1, 100);
        p.report("0123abcd", "Complete", 100, 100);
        ProgressLines.finish(p);
        String first = t.errText().lines().findFirst().orElseThrow();
        assertEquals("\033[2K0123abcd: Loading [" + "=".repeat(19) + ">" + " ".repeat(20) + "] 50B/100B", first);
        // the others came within the tenth of a second in which nothing is drawn again
        List<String> last = t.errText().lines().skip(1).toList();
        assertEquals("\033[1A\033[2K0123abcd: Complete [" + "=".repeat(39) + ">] 100B/100B", last.get(0));
        assertEquals("\033[2K4567cdef: Loading 7MB", last.get(1));
        assertTrue(last.get(2).startsWith("\033[2Kx\\x1b[31myyy"), last.get(2));
        assertEquals(79, last.get(2).length() - "\033[2K".length(), "less than the terminal's 80 columns");
    }

    @Test
    void nothingIsDrawnElsewhereOrOnRequest() {
        FakeTerminal t = new FakeTerminal();
        assertSame(Progress.NONE, ProgressLines.on(t, false));
        t.tty = true;
        assertSame(Progress.NONE, ProgressLines.on(t, true));
    }
}
