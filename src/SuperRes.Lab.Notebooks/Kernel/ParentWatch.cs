using System.Diagnostics;
using System.Globalization;

namespace SuperRes.Lab.Notebooks.Kernel;

/// <summary>Jupyter names its own process in JPY_PARENT_PID; a kernel whose Jupyter has died is of no use to anybody.</summary>
internal static class ParentWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Ends when the parent has ended; never where none is named.</summary>
    public static async Task WaitAsync()
    {
        string? named = Environment.GetEnvironmentVariable("JPY_PARENT_PID");
        bool known = int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id > 1;
        while (!known || IsAlive(id))
        {
            await Task.Delay(known ? Interval : Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        }
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return true; // it is there, but not ours to look at
        }
    }
}
