package dev.felucca.namespace.clone;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.contracts.namespace.NamespaceStrategyContract;

class CloneNamespacesTest extends NamespaceStrategyContract {
    @Override
    protected NamespaceStrategy strategy(EngineRoots roots) {
        return new CloneNamespaces(roots);
    }
}
