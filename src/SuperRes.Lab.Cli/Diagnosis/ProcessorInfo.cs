using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SuperRes.Lab.Cli.Diagnosis;

/// <summary>Reads what the processor can do.</summary>
internal static class ProcessorInfo
{
    public static ProcessorFindings Read()
    {
        (int eax, int edx) = X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 ? (X86Base.CpuId(7, 1).Eax, X86Base.CpuId(7, 0).Edx)
            : (0, 0);
        bool avx512 = Avx512F.IsSupported;
        return new(
            Name(), Environment.ProcessorCount, RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            Avx2.IsSupported, avx512, avx512 && (eax & (1 << 5)) != 0, avx512 && (edx & (1 << 22)) != 0);
    }

    public static MemoryFindings ReadMemory()
    {
        // In a container this is the container's, and the system's figure below may be more than that.
        long total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        string? line = LinesOf("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return new(total, line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], out long kibibytes)
            ? Math.Min(kibibytes * 1024, total)
            : null);
    }

    private static string Name()
    {
        if (X86Base.IsSupported && (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax >= 0x80000004)
        {
            var text = new List<byte>();
            for (int leaf = 0; leaf < 3; leaf++)
            {
                (int a, int b, int c, int d) = X86Base.CpuId(unchecked((int)0x80000002) + leaf, 0);
                foreach (int part in new[] { a, b, c, d })
                {
                    text.AddRange(BitConverter.GetBytes(part));
                }
            }

            string[] words = System.Text.Encoding.ASCII.GetString([.. text.TakeWhile(c => c != 0)])
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return string.Join(' ', words);
        }

        return LinesOf("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static IEnumerable<string> LinesOf(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
