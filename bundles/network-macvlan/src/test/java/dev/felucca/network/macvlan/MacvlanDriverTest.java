package dev.felucca.network.macvlan;

import dev.felucca.api.network.NetworkDriver;

class MacvlanDriverTest extends ParentDriverContract {
    @Override
    protected NetworkDriver driver() {
        return new MacvlanDriver();
    }
}
