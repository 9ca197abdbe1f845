using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Web.Jobs;

namespace SuperRes.Lab.Web.Api;

/// <summary>Change maps, which are drawn when somebody asks for them, one at a time.</summary>
internal static class ChangeMaps
{
    private static readonly Lock _gate = new();

    /// <summary>The map of a finished job as a file beside its result.</summary>
    public static string Of(Job job)
    {
        string path = Path.Combine(job.Folder, "changes.png");
        lock (_gate)
        {
            if (!File.Exists(path))
            {
                ImageCodec.Write(ChangeMap.Between(ImageCodec.Read(job.Input), ImageCodec.Read(job.Output)), path);
            }
        }

        return path;
    }
}
