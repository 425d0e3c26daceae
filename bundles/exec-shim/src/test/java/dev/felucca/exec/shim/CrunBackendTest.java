package dev.felucca.exec.shim;

class CrunBackendTest extends OciSuite {
    @Override
    String runtime() {
        return "crun";
    }
}
