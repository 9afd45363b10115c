// Variables known to decide which code runs, whatever the arguments say: loaders, interpreters, shells, editors, git, build tools and
// package managers. A program may know others; the person who authorizes sees every name.
const steering =
  /^(?:PATH|HOME|IFS|ENV|BASH_ENV|BASHOPTS|SHELLOPTS|PS4|PROMPT_COMMAND|CDPATH|ZDOTDIR|EDITOR|VISUAL|PAGER|BROWSER|SHELL|LD_.*|DYLD_.*|GIT_.*|SSH_ASKPASS|SUDO_ASKPASS|NODE_OPTIONS|NODE_PATH|NPM_CONFIG_.*|YARN_.*|PNPM_.*|PYTHON.*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|MAVEN_.*|GRADLE_.*|CLASSPATH|GO.*|RUST.*|CARGO_.*|GNUMAKEFLAGS|MAKE.*|GCONV_PATH|LUA_.*|OPENSSL_.*|DOTNET_.*|CORECLR_.*|COR_.*|ESBUILD_.*|BUN_.*|DENO_.*|PHP.*|COMPOSER_.*|TCL.*|JULIA_.*|R_.*|N?VIM.*|EXINIT|EMACS.*|INPUTRC|AWS_.*|KUBECONFIG|DOCKER_.*|HELM_.*|TF_.*|CMAKE_.*|CC|CXX|LD|AR|CFLAGS|LDFLAGS|LESS.*|MAN.*|TERMINFO.*|XDG_.*|COMSPEC|PATHEXT|SYSTEMROOT)$/i

/** Whether a command may be given a variable of this name: a plain name, and none that decides which code runs. */
export function mayBeHandedOn(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name) && !steering.test(name)
}
