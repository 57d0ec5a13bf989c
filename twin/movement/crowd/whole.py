"""Compiling many kernels that call one another as one whole.

Named tuples are handed from kernel to kernel by value, some hundred arrays with their sizes. As numba does
it, such a call costs more than what it calls, and every kernel is optimised again inside each that calls it.
Here kernels are only translated, and optimised once, together, in what Python calls: there the compiler knows
that nobody else calls them, drops from a call what is not used, and puts into their callers what is short.
"""

from __future__ import annotations

from typing import Any

from llvmlite.binding import Linkage, ModuleRef
from numba._dynfunc import make_function
from numba.core import funcdesc
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder, StateDict, _LowerResult
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.typed_passes import NativeLowering, NativeParforLowering
from numba.parfors.parfor_lowering import ParforLower


class _Translated(JITCodeLibrary):
    """Code that others take in: neither optimised nor turned into machine code by itself."""

    def _optimize_functions(self, ll_module: ModuleRef) -> None:
        ll_module.data_layout = self._codegen._data_layout  # noqa: SLF001 - numba has no public way

    def _optimize_final_module(self) -> None:
        """Left to the entry."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class _Whole(JITCodeLibrary):
    """Code with all that it calls, optimised as one."""

    def _optimize_final_module(self) -> None:
        for function in self._final_module.functions:
            if function.linkage == Linkage.linkonce_odr and not function.is_declaration:
                function.linkage = Linkage.internal
        super()._optimize_final_module()


class _Translation(NativeLowering):
    """As numba's own lowering, up to the translation; there is nothing that Python could call."""

    _name = "translation"

    def run_pass(self, state: StateDict) -> bool:
        """Translate the function of ``state``."""
        target, flags = state.targetctx, state.flags
        library = _Translated(target.codegen(), state.func_id.func_qualname)
        description = funcdesc.PythonFunctionDescriptor.from_specialized_function(
            state.func_ir,
            state.typemap,
            state.return_type,
            state.calltypes,
            mangler=target.mangler,
            inline=flags.forceinline,
            noalias=flags.noalias,
            abi_tags=[flags.get_mangle_string()],
        )
        with target.push_code_library(library):
            lower = self.lowering_class(target, library, description, state.func_ir, metadata=state.metadata)
            lower.lower()
        library.finalize()
        module, name = description.lookup_module(), description.qualname.split(".")[-1]
        nothing = make_function(module, name, "", 0, lower.env, (library,))
        target.insert_user_function(nothing, description, [library])
        state.library = library
        state["cr"] = _LowerResult(description, lower.call_helper, cfunc=nothing, env=lower.env)
        return True


class _ParallelTranslation(_Translation):
    """The same for a kernel with a parallel loop."""

    _name = "parallel_translation"

    @property
    def lowering_class(self) -> type:
        """Of parallel kernels."""
        return ParforLower


class _Wholly(NativeLowering):
    """As numba's own lowering, with everything that is called optimised in one."""

    _name = "whole"

    def run_pass(self, state: StateDict) -> bool:
        """Compile the function of ``state``."""
        state.library = _Whole(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return bool(super().run_pass(state))


for _one in (_Translation, _ParallelTranslation, _Wholly):
    register_pass(mutates_CFG=True, analysis_only=False)(_one)


def _pipeline(lowering: type, parallel: type) -> type:
    """The pipeline with another lowering."""
    instead = {NativeLowering: lowering, NativeParforLowering: parallel}

    class Pipeline(CompilerBase):
        def define_pipelines(self) -> list[Any]:
            passes = PassManager("crowd")
            for one, why in DefaultPassBuilder.define_nopython_pipeline(self.state).passes:
                passes.add_pass(instead.get(one, one), why)
            passes.finalize()
            return [passes]

    return Pipeline


TRANSLATED = _pipeline(_Translation, _ParallelTranslation)
"""For what kernels call."""
WHOLE = _pipeline(_Wholly, NativeParforLowering)
"""For what Python calls."""
