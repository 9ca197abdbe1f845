using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>Turns diagnostics and exceptions into errors that name cell, line and source, without the machinery's own stack
/// frames.</summary>
internal static partial class ErrorReport
{
    private const int MaxDiagnostics = 10;
    private const int MaxFrames = 12;
    private const string Indent = "   ";

    /// <param name="cell">The cell that ran.</param>
    /// <param name="import">The line of the import when the code is an imported file's; null for the cell's own code.</param>
    /// <param name="errors">The compiler's errors; at least one.</param>
    /// <param name="sources">The texts by the name that the compiler knows them by.</param>
    public static CellError FromDiagnostics(ScriptFile cell, int? import, IReadOnlyList<Diagnostic> errors, ScriptSources sources)
    {
        Diagnostic[] shown = [.. errors.OrderBy(e => e.Location.SourceSpan.Start).Take(MaxDiagnostics)];
        List<string> details = [.. shown.Skip(import is null ? 1 : 0).Select(e => Describe(e, sources))];
        if (errors.Count > shown.Length)
        {
            details.Add($"… and {errors.Count - shown.Length} more errors");
        }

        LinePosition position = shown[0].Location.GetLineSpan().StartLinePosition;
        int line = import ?? position.Line + 1;
        return new CellError
        {
            Kind = CellErrorKind.Compilation,
            Name = "CompilationError",
            Message = $"{shown[0].Id}: {shown[0].GetMessage()}",
            Cell = cell.Number,
            Line = line,
            Column = import is null ? position.Character + 1 : null,
            SourceLine = cell.Line(line),
            Details = details,
        };
    }

    public static CellError FromDirective(ScriptFile cell, int line, string message, IReadOnlyList<string>? details = null) => new()
    {
        Kind = CellErrorKind.Compilation,
        Name = "CompilationError",
        Message = message,
        Cell = cell.Number,
        Line = line,
        SourceLine = cell.Line(line),
        Details = details ?? [],
    };

    public static CellError FromException(Exception exception, ScriptFile cell, int? import, ScriptSources sources)
    {
        Exception shown = Unwrap(exception);
        StackFrame[] frames = OwnFrames(shown);
        int? line = frames.Where(f => f.GetFileName() == cell.Name).Select(f => (int?)f.GetFileLineNumber()).FirstOrDefault() ?? import;
        return new CellError
        {
            Kind = CellErrorKind.Exception,
            Name = TypeName(shown.GetType()),
            Message = WithoutNativeStack(shown.Message),
            Cell = cell.Number,
            Line = line,
            SourceLine = line is { } number ? cell.Line(number) : null,
            Details = [.. Causes(shown), .. Stack(frames, sources)],
        };
    }

    private static IEnumerable<string> Stack(StackFrame[] frames, ScriptSources sources)
    {
        // Of the platform's inner workings only the call that the person's code made is shown.
        IEnumerable<StackFrame> own =
            frames.Where((frame, i) => i == frames.Length - 1 || !IsPlatform(frame) || !IsPlatform(frames[i + 1]));
        var lines = new List<string>();
        foreach (string line in own.Select(frame => Describe(frame, sources)))
        {
            if (lines.Count == 0 || lines[^1] != line)
            {
                lines.Add(line);
            }
        }

        return lines.Count <= MaxFrames ? lines : lines.Take(MaxFrames).Append($"{Indent}… {lines.Count - MaxFrames} more");
    }

    /// <summary>libtorch adds its C++ stack to every message; the first lines say all.</summary>
    private static string WithoutNativeStack(string message)
    {
        int end = message.IndexOf("\nException raised from ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    private static bool IsPlatform(StackFrame frame)
    {
        Type type = frame.GetMethod()!.DeclaringType!;
        return type.Name == "Interop" || type.Namespace == "System"
            || type.Namespace?.StartsWith("System.", StringComparison.Ordinal) == true
            || type.Assembly == typeof(object).Assembly;
    }

    private static string Describe(Diagnostic error, ScriptSources sources)
    {
        FileLinePositionSpan span = error.Location.GetLineSpan();
        string place = $"{sources.Title(span.Path)}, line {span.StartLinePosition.Line + 1}, column {span.StartLinePosition.Character + 1}";
        return $"{Indent}{error.Id}: {error.GetMessage()} ({place})";
    }

    private static IEnumerable<string> Causes(Exception exception)
    {
        for (Exception? inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            yield return $"{Indent}because: {WithoutNativeStack(inner.Message)} ({TypeName(inner.GetType())})";
        }
    }

    /// <summary>The wrappers that say only that something inside them failed.</summary>
    private static Exception Unwrap(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Unwrap(only),
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        _ => exception,
    };

    private static StackFrame[] OwnFrames(Exception exception) =>
        [.. new StackTrace(exception, fNeedFileInfo: true).GetFrames().Where(frame => !IsMachinery(frame))];

    private static bool IsMachinery(StackFrame frame)
    {
        if (frame.GetMethod() is not { DeclaringType: { } type } method)
        {
            return true;
        }

        string space = type.Namespace ?? "";
        return method.Name == "Throw" && space == "System.Runtime.ExceptionServices"
            || method.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false)
            || type.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false)
            || space is "System.Runtime.CompilerServices" or "System.Threading.Tasks" or "System.Threading"
            || space.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
            || space.StartsWith("SuperRes.Lab.Notebooks", StringComparison.Ordinal)
            || (type.Name.StartsWith("Submission#", StringComparison.Ordinal) && method.Name is "<Factory>" or ".ctor");
    }

    private static string Describe(StackFrame frame, ScriptSources sources)
    {
        string method = MethodName(frame.GetMethod()!);
        string? file = frame.GetFileName();
        int line = frame.GetFileLineNumber();
        if (file is null || line == 0)
        {
            return $"{Indent}at {method}";
        }

        // The folders of the machine that built a library say nothing to the reader.
        string name = sources.Contains(file) ? sources.Title(file) : file[(file.LastIndexOfAny(['/', '\\']) + 1)..];
        return method.Length == 0 ? $"{Indent}at {name}, line {line}" : $"{Indent}at {method}, {name}, line {line}";
    }

    /// <summary>"Type.Method" as it was written: state machines, lambdas and local functions under the name of their method.</summary>
    private static string MethodName(MethodBase method)
    {
        Type type = method.DeclaringType!;
        string name = method.Name;
        while (GeneratedName().Match(type.Name) is { Success: true } generated && type.DeclaringType is { } outer)
        {
            name = name == "MoveNext" && generated.Groups["outer"].Length > 0 ? generated.Groups["outer"].Value : name;
            type = outer;
        }

        if (GeneratedName().Match(name) is { Success: true } inner)
        {
            name = inner.Groups["local"].Length > 0 ? inner.Groups["local"].Value : inner.Groups["outer"].Value;
        }

        bool isScript = type.Name.StartsWith("Submission#", StringComparison.Ordinal);
        if (name is "<Initialize>" or "Initialize")
        {
            return "";
        }

        return isScript ? name : $"{TypeName(type)}.{name.TrimStart('.')}";
    }

    private static string TypeName(Type type)
    {
        string name = type.Name;
        int arity = name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? name : name[..arity];
    }

    /// <summary>The compiler's names: &lt;Outer&gt;d__1, &lt;Outer&gt;b__0, &lt;Outer&gt;g__Local|0_1, &lt;&gt;c,
    /// &lt;&gt;c__DisplayClass0_0.</summary>
    [GeneratedRegex(@"^<(?<outer>.*)>[a-z]+(__(?<local>[^|]*)\|.*|__.*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex GeneratedName();
}
