package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountOptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # options                  | set      | clear    | propagation | data
            ro                         | 0x1      | 0x0      | 0x0         | ''
            rw                         | 0x0      | 0x1      | 0x0         | ''
            ro rw                      | 0x0      | 0x1      | 0x0         | ''
            rw ro                      | 0x1      | 0x0      | 0x0         | ''
            nosuid nodev noexec ro     | 0xf      | 0x0      | 0x0         | ''
            nosuid suid                | 0x0      | 0x2      | 0x0         | ''
            noatime                    | 0x10     | 0x70     | 0x0         | ''
            noatime strictatime        | 0x20     | 0x70     | 0x0         | ''
            strictatime relatime       | 0x0      | 0x70     | 0x0         | ''
            nodiratime                 | 0x80     | 0x0      | 0x0         | ''
            nosymfollow                | 0x200000 | 0x0      | 0x0         | ''
            private                    | 0x0      | 0x0      | 0x40000     | ''
            rslave                     | 0x0      | 0x0      | 0x80000     | ''
            rprivate rshared           | 0x0      | 0x0      | 0x100000    | ''
            unbindable                 | 0x0      | 0x0      | 0x20000     | ''
            mode=755 size=64m nosuid   | 0x2      | 0x0      | 0x0         | mode=755 size=64m
            sync defaults              | 0x0      | 0x0      | 0x0         | sync
            rro                        | 0x1      | 0x0      | 0x0         | ''
            """)
    void attributesPropagationAndData(String options, String set, String clear, String propagation, String data) {
        MountOptions parsed = MountOptions.parse("/x", List.of(options.split(" ")));
        assertEquals(Long.decode(set), parsed.set());
        assertEquals(Long.decode(clear), parsed.clear());
        assertEquals(Integer.decode(propagation), parsed.propagation());
        assertEquals(data, String.join(" ", parsed.data()));
    }

    @ParameterizedTest
    @CsvSource({"bind,false", "rbind,true"})
    void binds(String option, boolean recursive) {
        MountOptions parsed = MountOptions.parse("/x", List.of(option, "rprivate"));
        assertTrue(parsed.bind());
        assertEquals(recursive, parsed.recursive());
        assertTrue(parsed.propagationRecursive());
        assertFalse(MountOptions.parse("/x", List.of("ro")).bind());
    }
}
