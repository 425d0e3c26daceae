package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;

/** What a container sees: its files, volumes, user, environment. */
public class MountMatrixIT extends MatrixBase {
    public MountMatrixIT(Combo combo) {
        super(combo);
    }

    @Test
    public void environmentUserAndDirectoryAreAsAsked() throws Exception {
        Felucca.Result r = felucca.run(sh("echo $A:$(id -u):$(id -g):$PWD:$HOSTNAME:$PATH")
                .env("A=b c")
                .user("1234:5678")
                .workingDir("/made/for/me")
                .hostname("named"));
        assertEquals(r.err(), 0, r.code());
        assertTrue(r.out(), r.out().startsWith("b c:1234:5678:/made/for/me:named:/usr/local/sbin:"));
    }

    @Test
    public void whatIsWrittenStaysWithTheContainer() throws Exception {
        String id = felucca.create(sh("cat /mark 2>/dev/null; echo x >> /mark"));
        assertEquals("", felucca.run(id, false).out());
        assertEquals("x\n", felucca.run(id, false).out());
        assertNotEquals(0, felucca.run(sh("cat /mark")).code());
    }

    @Test
    public void aNamedVolumeOutlivesItsContainers() throws Exception {
        String name = "shared-" + combo.toString().replace('/', '-');
        assertEquals(
                0, felucca.run(sh("echo kept > /v/file").volume(name, "/v")).code());
        assertEquals("kept\n", felucca.run(sh("cat /w/file").volume(name, "/w")).out());
        assertTrue(Files.exists(base.resolve("data/volumes").resolve(name).resolve("_data/file")));
    }

    @Test
    public void anAnonymousVolumeHasTheImagesContentAndGoesWithTheContainer() throws Exception {
        String id = felucca.create(sh("ls /bin/busybox && touch /bin/mine").anonymousVolume("/bin"));
        String volume = felucca.info(id).mounts().get(0).source();
        Path data = base.resolve("data/volumes").resolve(volume);
        assertEquals("/bin/busybox\n", felucca.run(id, false).out());
        assertTrue(Files.exists(data.resolve("_data/mine")));
        felucca.remove(id, false);
        assertFalse(Files.exists(data));
    }

    @Test
    public void aHostDirectoryIsSharedUnlessReadOnly() throws Exception {
        Path dir = Files.createTempDirectory(base, "bind");
        Files.writeString(dir.resolve("in"), "from the host\n");
        Felucca.Result r = felucca.run(sh("cat /b/in; echo out > /b/out").bind(dir.toString(), "/b", false));
        assertEquals("from the host\n", r.out());
        assertEquals("out\n", Files.readString(dir.resolve("out")));
        Felucca.Result ro = felucca.run(sh("cat /b/in; touch /b/no").bind(dir.toString(), "/b", true));
        assertEquals("from the host\n", ro.out());
        assertEquals(1, ro.code());
        assertTrue(ro.err(), ro.err().contains("Read-only file system"));
        assertFalse(Files.exists(dir.resolve("no")));
    }

    @Test
    public void aMissingHostDirectoryIsRefused() {
        String missing = base.resolve("missing").toString();
        EngineException e = felucca.failureOf(
                Kind.INVALID, () -> felucca.create(busybox("true").bind(missing, "/b", false)));
        assertTrue(e.message(), e.message().contains(missing));
    }

    @Test
    public void theRootCanBeReadOnly() throws Exception {
        Felucca.Result r =
                felucca.run(sh("touch /no; touch /dev/shm/yes && echo shm").readonlyRoot());
        assertEquals("shm\n", r.out());
        assertTrue(r.err(), r.err().contains("Read-only file system"));
    }
}
