package org.convnext4j.model.weights;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which names a pickle may mention beside the weights. A value of such a name is read as a {@link PickleOpaque}: its
 * arguments are parsed and dropped, and neither Java nor Python code runs for it. Known names are those that PyTorch's
 * weights-only reader admits and what training scripts usually save.
 *
 * <p>Classes of other packages, such as a script's own configuration, are opaque too, and the user is told of them. Names
 * of Python's own modules, of torch and of NumPy that are not known are refused although they could do nothing here: a
 * file that calls {@code os.system} attacks whoever loads it in Python.
 */
final class OpaqueNames {
    private static final Pattern KNOWN = Pattern.compile("argparse\\.Namespace"
            + "|collections\\.(deque|Counter|ChainMap|UserDict|UserList)"
            + "|(builtins|__builtin__)\\.(set|frozenset|complex|bytearray|slice|range|xrange|object|int|long|float|bool"
            + "|str|unicode|bytes|list|dict|tuple)"
            + "|_codecs\\.encode|(copyreg|copy_reg)\\._reconstructor|functools\\.partial|types\\.SimpleNamespace"
            + "|datetime\\.(datetime|date|time|timedelta|timezone)|zoneinfo\\.ZoneInfo(\\._unpickle)?"
            + "|decimal\\.Decimal|fractions\\.Fraction|uuid\\.UUID"
            + "|pathlib(\\._local)?\\.(Pure)?(Posix|Windows)?Path"
            + "|torch\\.(device|Tensor|Generator|strided|serialization\\._get_layout)"
            + "|torch\\.return_types\\.\\w+"
            + "|torch\\.(bool|bfloat16|half|float|double|short|int|long"
            + "|(q?u?int|float|complex|bits)\\d+(x\\d)?(_e\\dm\\d(fn|fnuz)?(_x2)?)?)"
            + "|torch\\.((storage|cuda)\\.)?\\w+Storage"
            + "|torch\\._utils\\._rebuild_(sparse_tensor|sparse_csr_tensor|meta_tensor_no_storage"
            + "|nested_tensor|wrapper_subclass|device_tensor_from_numpy|device_tensor_from_cpu_tensor|xla_tensor)"
            + "|torch\\.(optim|nn|amp|cuda\\.amp|distributed|utils\\.data)\\.[\\w.]+"
            + "|numpy\\.(dtype|ndarray|bool_?|str_|bytes_|u?int\\d*|float\\d+|complex\\d+)|numpy\\.dtypes\\.\\w+DType"
            + "|numpy\\._?core\\.multiarray\\.(scalar|_reconstruct)|numpy\\._?core\\.numeric\\._frombuffer"
            + "|numpy\\.random\\._pickle\\.\\w+|numpy\\.random\\._\\w+\\.[A-Z]\\w+");

    /** Modules whose other names have no place beside weights. */
    private static final Set<String> RESERVED =
            Set.of(("__builtin__ _codecs _ctypes _io _pickle _posixsubprocess _socket _thread argparse ast"
                            + " asyncio atexit base64 bdb builtins cProfile cPickle cloudpickle code codecs codeop collections"
                            + " commands copy copy_reg copyreg ctypes datetime decimal dill distutils doctest ensurepip"
                            + " fileinput ftplib functools gc getpass glob http idlelib imaplib imp importlib inspect io"
                            + " itertools joblib linecache logging lib2to3 marshal mmap multiprocessing nntplib nt ntpath"
                            + " numpy operator os pathlib pdb pickle pickletools pip pkgutil platform poplib popen2 posix"
                            + " posixpath profile pty pydoc runpy sched select selectors setuptools shelve shutil signal site"
                            + " smtplib socket socketserver sqlite3 ssl subprocess sys tempfile telnetlib threading timeit"
                            + " torch trace tracemalloc types unittest urllib urllib2 uuid venv webbrowser winreg xmlrpc"
                            + " zipapp zipfile zipimport")
                    .split(" "));

    private OpaqueNames() {}

    /** Whether the name is of the usual company of weights. */
    static boolean isKnown(String dotted) {
        return KNOWN.matcher(dotted).matches();
    }

    /** Whether the module belongs to Python itself, torch or NumPy, so that a name of it that is not known is refused. */
    static boolean isReserved(String module) {
        int dot = module.indexOf('.');
        return RESERVED.contains(dot < 0 ? module : module.substring(0, dot));
    }
}
