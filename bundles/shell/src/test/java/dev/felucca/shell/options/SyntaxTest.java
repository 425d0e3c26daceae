package dev.felucca.shell.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class SyntaxTest {
    private final Syntax run = Syntax.of("run", "IMAGE [ARG...]", "Runs")
            .flag("-i, --interactive", "in")
            .flag("-t, --tty", "tty")
            .flag("--rm", "rm")
            .value("--name", "x", "name")
            .value("-m, --memory", "x", "memory")
            .value("--net, --network", "x", "network")
            .list("-e, --env", "x", "env")
            .refused("--gpus", "--init", "-P, --publish-all")
            .operands(1, -1)
            .stopAtOperand()
            .build();

    private Arguments parse(String... words) {
        return run.parse(List.of(words));
    }

    private String refused(String... words) {
        return assertThrows(EngineException.class, () -> parse(words)).message().split("\n")[0];
    }

    @Test
    void joinedShortOptionsAndValuesInEveryForm() {
        Arguments a =
                parse("-it", "--rm", "--name", "n", "-m512m", "--network=host", "-e", "A=1", "-eB=2", "--env=C=3", "i");
        assertTrue(a.flag("interactive") && a.flag("tty") && a.flag("rm"));
        assertEquals("n", a.value("name"));
        assertEquals("512m", a.value("memory"));
        assertEquals("host", a.value("network"));
        assertEquals("host", parse("--net", "host", "i").value("network"));
        assertEquals(List.of("A=1", "B=2", "C=3"), a.list("env"));
        assertEquals(List.of("i"), a.operands());
        assertEquals("A=1", parse("-ite", "A=1", "i").value("env"));
        assertEquals("1g", parse("-itm", "1g", "i").value("memory"));
    }

    @Test
    void flagsTakeAValueOnlyAfterAnEqualsSign() {
        assertFalse(parse("--rm=false", "i").flag("rm"));
        assertTrue(parse("--rm=true", "i").flag("rm"));
        assertEquals(List.of("true", "false"), parse("--rm", "true", "false").operands());
        assertFalse(parse("i").given("rm"));
        assertNull(parse("i").value("name"));
    }

    @Test
    void optionsEndAtTheFirstOperand() {
        assertEquals(
                List.of("i", "ls", "-l", "--name", "x"),
                parse("-i", "i", "ls", "-l", "--name", "x").operands());
        assertEquals(List.of("i", "--", "-x"), parse("i", "--", "-x").operands());
        assertEquals(List.of("-i"), parse("--", "-i").operands());
        assertEquals(List.of("i", ""), parse("i", "").operands());
    }

    @Test
    void theNextWordIsTheValueWhateverItLooksLike() {
        assertEquals("-x", parse("-e", "-x", "i").value("env"));
        assertEquals("--rm", parse("--name", "--rm", "i").value("name"));
        assertEquals("", parse("--name", "", "i").value("name"));
        assertEquals("", parse("--name=", "i").value("name"));
        assertEquals("a=b", parse("--name=a=b", "i").value("name"));
        assertEquals("\"q\"", parse("--name", "\"q\"", "i").value("name"));
        assertEquals("@/etc/passwd", parse("--name", "@/etc/passwd", "i").value("name"));
        assertEquals("${x}", parse("--name", "${x}", "i").value("name"));
        assertEquals(List.of("@/etc/passwd"), parse("@/etc/passwd").operands());
        assertEquals("a,b", parse("-e", "a,b", "i").value("env"));
    }

    @Test
    void theLastOfTwoSingleValuesCounts() {
        assertEquals("b", parse("--name", "a", "--name", "b", "i").value("name"));
        assertFalse(parse("--rm", "--rm=false", "i").flag("rm"));
    }

    @Test
    void nothingIsLeftOfAnEarlierParse() {
        parse("-it", "-e", "A=1", "--name", "x", "i", "y");
        Arguments a = parse("j");
        assertFalse(a.flag("tty"));
        assertEquals(List.of(), a.list("env"));
        assertNull(a.value("name"));
        assertEquals(List.of("j"), a.operands());
        refused("-e", "A=1", "--no-such", "i");
        assertEquals(List.of("B"), parse("-e", "B", "i").list("env"));
    }

    @Test
    void errorsAreInDockersWords() {
        assertEquals("unknown flag: --no-such", refused("--no-such=3", "i"));
        assertEquals("unknown flag: --nam", refused("--nam", "x", "i"));
        assertEquals("unknown shorthand flag: 'z' in -z", refused("-z", "i"));
        assertEquals("unknown shorthand flag: 'z' in -z", refused("-iz", "i"));
        assertEquals("flag needs an argument: --name", refused("--name"));
        assertEquals("\"felucca run\" requires at least 1 argument", refused());
        assertTrue(refused("--rm=perhaps", "i").startsWith("invalid argument \"perhaps\" for \"--rm\" flag"));
        assertTrue(assertThrows(EngineException.class, () -> parse("--x"))
                .message()
                .endsWith("See 'felucca run --help'."));
    }

    @Test
    void whatDockerHasAndWeDoNotIsRefusedByName() {
        for (String[] words :
                List.of(new String[] {"--gpus", "all", "i"}, new String[] {"--gpus=all", "i"}, new String[] {"--gpus"}))
            assertEquals("not supported: --gpus", refused(words));
        assertEquals("not supported: --init", refused("--init", "i"));
        assertEquals("not supported: --publish-all", refused("-P", "i"));
        assertEquals(List.of("i"), parse("--init=false", "i").operands());
        assertEquals(
                EngineException.Kind.UNSUPPORTED,
                assertThrows(EngineException.class, () -> parse("--init", "i")).kind());
    }

    @Test
    void operandsAndOptionsMixWhereNothingStops() {
        Syntax rm = Syntax.of("rm", "C [C...]", "Removes")
                .flag("-f, --force", "force")
                .operands(1, 3)
                .build();
        Arguments a = rm.parse(List.of("a", "-f", "b", "--", "-c"));
        assertTrue(a.flag("force"));
        assertEquals(List.of("a", "b", "-c"), a.operands());
        assertThrows(EngineException.class, () -> rm.parse(List.of("a", "b", "c", "d")));
        assertEquals(List.of("-"), rm.parse(List.of("-")).operands());
    }

    @Test
    void helpShowsWhatWorksAndNotWhatIsRefused() {
        String usage = run.usage();
        assertTrue(usage.startsWith("Usage:  felucca run [OPTIONS] IMAGE [ARG...]"), usage);
        assertTrue(
                usage.contains("--memory") && usage.contains("-i, --interactive") && !usage.contains("--gpus"), usage);
        assertTrue(parse("--help").wantsHelp());
    }

    @Test
    void severalThreadsParseAtOnce() throws Exception {
        var pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String name = "n" + i;
                tasks.add(() -> {
                    Arguments a = parse("-e", name, "--name", name, "i", name);
                    return a.list("env").equals(List.of(name))
                            && name.equals(a.value("name"))
                            && a.operands().get(1).equals(name);
                });
            }
            for (var f : pool.invokeAll(tasks)) assertTrue(f.get());
        } finally {
            pool.shutdown();
        }
    }
}
