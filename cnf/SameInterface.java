import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Tells whether two jars look the same to who compiles against them: {@code SameInterface OLD NEW} ends with 0 if they have the
 * same manifest and their classes differ at most in the bodies of methods, in what is private and in debug information, with 1 otherwise. Part of the build
 * (keep-jar-time); needs ASM on the class path.
 */
final class SameInterface extends ClassVisitor {
    private String name = "";
    private boolean hidden;

    private SameInterface(ClassWriter to) {
        super(Opcodes.ASM9, to);
    }

    public static void main(String[] jars) throws IOException {
        System.exit(interfaces(Path.of(jars[0])).equals(interfaces(Path.of(jars[1]))) ? 0 : 1);
    }

    /** What others see of each class; a text, since arrays have no equality. */
    private static Map<String, String> interfaces(Path jar) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(e -> (ZipEntry) e)::iterator) {
                if (entry.getName().equals("META-INF/MANIFEST.MF")) // which packages there are, in which version
                    found.put(entry.getName(), new String(zip.getInputStream(entry).readAllBytes(), "UTF-8"));
                if (!entry.getName().endsWith(".class")) continue;
                ClassWriter writer = new ClassWriter(0);
                SameInterface of = new SameInterface(writer);
                int flags = ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES;
                new ClassReader(zip.getInputStream(entry).readAllBytes()).accept(of, flags);
                if (!of.hidden) found.put(entry.getName(), new String(writer.toByteArray(), "ISO-8859-1"));
            }
        }
        return found;
    }

    @Override
    public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
        this.name = name;
        super.visit(version, access, name, signature, parent, interfaces);
    }

    @Override
    public void visitOuterClass(String owner, String method, String descriptor) {
        hidden = true; // local or anonymous
    }

    @Override
    public void visitInnerClass(String inner, String outer, String simple, int access) {
        boolean seen = outer != null && (access & Opcodes.ACC_PRIVATE) == 0;
        if (inner.equals(name)) hidden |= !seen;
        // the others of the table are there because some body uses them
        if (seen && (inner.equals(name) || outer.equals(name))) super.visitInnerClass(inner, outer, simple, access);
    }

    @Override
    public void visitNestMember(String member) {}

    @Override
    public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
        boolean seen = (access & (Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC)) == 0;
        return seen ? super.visitField(access, name, descriptor, signature, value) : null;
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] thrown) {
        boolean seen = (access & Opcodes.ACC_PRIVATE) == 0 && !name.equals("<clinit>");
        return seen ? super.visitMethod(access, name, descriptor, signature, thrown) : null;
    }
}
