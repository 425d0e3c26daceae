package dev.felucca.network.macvlan;

import dev.felucca.api.network.NetworkDriver;

class IpvlanDriverTest extends ParentDriverContract {
    @Override
    protected NetworkDriver driver() {
        return new IpvlanDriver();
    }
}
