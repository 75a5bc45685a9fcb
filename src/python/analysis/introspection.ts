/** Attributes that lead from any object into the interpreter: frames, code, globals, the tree of classes. */
const FRAMES = new Set(
  "f_globals f_locals f_back f_builtins f_code tb_frame gi_frame gi_code gi_yieldfrom cr_frame cr_code cr_await ag_frame ag_code func_globals func_code func_closure func_defaults co_code co_consts co_names mro im_func im_self im_class".split(
    " ",
  ),
);

/** Double-underscore names that any code may use: they describe, or they are what operators call. */
const HARMLESS = new Set(
  `name doc version qualname file author all module annotations len init post_init new call enter exit aenter aexit iter next aiter anext
  getitem setitem delitem contains missing reversed length_hint str repr format bytes hash bool int float complex index round trunc floor ceil
  eq ne lt le gt ge add sub mul truediv floordiv mod divmod pow matmul and or xor lshift rshift neg pos abs invert
  radd rsub rmul rtruediv rfloordiv rmod rdivmod rpow rmatmul rand ror rxor rlshift rrshift
  iadd isub imul itruediv ifloordiv imod ipow imatmul iand ior ixor ilshift irshift
  await del slots match_args copy deepcopy class_getitem init_subclass set_name get sizeof dir class self wrapped notes cause context
  suppress_context traceback array array_interface array_ufunc array_function array_priority array_wrap array_finalize dataframe fspath
  future_feature debug path main import dataclass_fields dataclass_params members total required_keys optional_keys typing_subst`
    .split(/\s+/)
    .map((name) => `__${name}__`),
);

/** Does reading this attribute walk into the interpreter? */
export function introspects(name: string): boolean {
  if (FRAMES.has(name)) return true;
  return name.startsWith("__") && name.endsWith("__") && name.length > 4 && !HARMLESS.has(name);
}

/** Methods that pickling or attribute access call behind the reader's back. */
export const BEHIND_THE_SCENES = new Set([
  "__reduce__",
  "__reduce_ex__",
  "__getstate__",
  "__setstate__",
  "__getattribute__",
  "__del__",
]);

/** Format strings reach attributes: `"{0.__class__}".format(x)`. */
export function formatReaches(format: string): boolean {
  return [...format.matchAll(/\{[^{}]*?[.[]\s*([A-Za-z_]\w*)/g)].some((match) => {
    const field = match[0];
    return /__\w+__/.test(field) || introspects(match[1] ?? "");
  });
}
