package dev.felucca.exec.shim;

class RuncBackendTest extends OciSuite {
    @Override
    String runtime() {
        return "runc";
    }
}
