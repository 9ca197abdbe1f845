using System.Diagnostics;
using System.Reflection;
using TorchSharp;

namespace SuperRes.Lab.Cli.Diagnosis;

/// <summary>Loads torch and asks it what it is.</summary>
internal static class TorchProbe
{
    public static TorchFindings Read()
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            bool cuda = torch.cuda.is_available();
            int threads = torch.get_num_threads();
            return new(
                LibraryVersion(), BindingVersion(), threads, torch.get_num_interop_threads(), cuda ? "cuda" : "cpu",
                cuda, cuda ? torch.cuda.device_count() : 0, Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3), null);
        }
        catch (Exception e) when (NativeLoadAdvice.IsLoadFailure(e) || e is TypeInitializationException)
        {
            return new(null, BindingVersion(), null, null, null, false, 0, 0, NativeLoadAdvice.Explain(e));
        }
    }

    private static string LibraryVersion() => Version.TryParse(torch.__version__, out Version? version) ? version.ToString(3)
        : torch.__version__;

    private static string BindingVersion()
        => typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";
}
