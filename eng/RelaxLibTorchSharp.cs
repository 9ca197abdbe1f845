using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies libLibTorchSharp.so so that the copy loads with a libstdc++ older than GCC 13's and still loads with newer ones.
/// </summary>
/// <remarks>
/// The library needs version GLIBCXX_3.4.32 for std::ios_base_library_init() alone, which sets the standard streams up.
/// The version need is pointed at GLIBCXX_3.4, and the symbol's name is overwritten with std::ios_base::Init::Init(),
/// which does the same, ignores its argument, and is in every version. A library without that need is copied as it is.
/// </remarks>
public class RelaxLibTorchSharp : Task
{
    private const uint VersionNeedSection = 0x6FFFFFFE;
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string BaseVersion = "GLIBCXX_3.4";
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string BaseSymbol = "_ZNSt8ios_base4InitC1Ev";

    public string Source { get; set; }

    public string Destination { get; set; }

    public override bool Execute()
    {
        var source = new FileInfo(Source);
        var existing = new FileInfo(Destination);
        if (existing.Exists && existing.Length == source.Length && existing.LastWriteTimeUtc == source.LastWriteTimeUtc)
        {
            return true;
        }

        byte[] file = File.ReadAllBytes(Source);
        try
        {
            Edit(file);
        }
        catch (Exception e) when (e is IndexOutOfRangeException || e is ArgumentException || e is InvalidDataException)
        {
            Log.LogError("{0} could not be prepared for older Linux systems: {1}. Is it TorchSharp's 64-bit ELF library?", Source, e.Message);
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string aside = Destination + ".tmp";
        File.WriteAllBytes(aside, file);
        File.SetLastWriteTimeUtc(aside, source.LastWriteTimeUtc);
        File.Delete(Destination);
        File.Move(aside, Destination);
        Log.LogMessage(MessageImportance.Low, "Wrote {0}", Destination);
        return true;
    }

    private static void Edit(byte[] file)
    {
        int sectionTable = checked((int)BitConverter.ToInt64(file, 0x28));
        int entrySize = BitConverter.ToUInt16(file, 0x3A);
        int count = BitConverter.ToUInt16(file, 0x3C);
        int needs = -1, strings = 0;
        for (int i = 0; i < count; i++)
        {
            int section = sectionTable + i * entrySize;
            if (BitConverter.ToUInt32(file, section + 4) == VersionNeedSection)
            {
                needs = (int)BitConverter.ToInt64(file, section + 0x18);
                int link = (int)BitConverter.ToUInt32(file, section + 0x28);
                strings = (int)BitConverter.ToInt64(file, sectionTable + link * entrySize + 0x18);
            }
        }

        if (needs < 0)
        {
            return;
        }

        Dictionary<string, int> versions = LibStdCxxVersions(file, needs, strings);
        if (!versions.TryGetValue(NewVersion, out int newer))
        {
            return;
        }

        if (!versions.TryGetValue(BaseVersion, out int older))
        {
            throw new InvalidDataException("it does not name " + BaseVersion);
        }

        Array.Copy(file, older, file, newer, 4);          // vna_hash
        Array.Copy(file, older + 8, file, newer + 8, 4);  // vna_name
        Rename(file, strings);
    }

    private static Dictionary<string, int> LibStdCxxVersions(byte[] file, int needs, int strings)
    {
        var versions = new Dictionary<string, int>();
        for (int at = needs; ;)
        {
            int auxCount = BitConverter.ToUInt16(file, at + 2);
            string library = Text(file, strings + (int)BitConverter.ToUInt32(file, at + 4));
            int aux = at + (int)BitConverter.ToUInt32(file, at + 8);
            for (int i = 0; i < auxCount; i++)
            {
                if (library == "libstdc++.so.6")
                {
                    versions[Text(file, strings + (int)BitConverter.ToUInt32(file, aux + 8))] = aux;
                }

                aux += (int)BitConverter.ToUInt32(file, aux + 12);
            }

            int next = (int)BitConverter.ToUInt32(file, at + 12);
            if (next == 0)
            {
                return versions;
            }

            at += next;
        }
    }

    private static void Rename(byte[] file, int strings)
    {
        byte[] old = Encoding.ASCII.GetBytes("\0" + NewSymbol + "\0");
        byte[] name = Encoding.ASCII.GetBytes("\0" + BaseSymbol);
        for (int at = strings; at + old.Length <= file.Length; at++)
        {
            if (Matches(file, at, old))
            {
                Array.Clear(file, at, old.Length);
                Array.Copy(name, 0, file, at, name.Length);
                return;
            }
        }

        throw new InvalidDataException("it needs " + NewVersion + " for another symbol than " + NewSymbol);
    }

    private static bool Matches(byte[] file, int at, byte[] pattern)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            if (file[at + i] != pattern[i])
            {
                return false;
            }
        }

        return true;
    }

    private static string Text(byte[] file, int at)
    {
        int end = Array.IndexOf(file, (byte)0, at);
        return Encoding.ASCII.GetString(file, at, end - at);
    }
}
