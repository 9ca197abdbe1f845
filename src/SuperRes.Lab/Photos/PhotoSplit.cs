namespace SuperRes.Lab.Photos;

/// <summary>Divides photos into training and validation so that no photo, nor one that looks like it, is on both sides.</summary>
internal static class PhotoSplit
{
    /// <summary>A seeded split; groups of near-duplicates stay together.</summary>
    /// <param name="folder">The photos.</param>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="validFraction">Share of the validation side.</param>
    /// <param name="groups">For each photo the group it belongs to.</param>
    /// <exception cref="InputException">All photos are in one group.</exception>
    public static DataSplit Random(ImageFolder folder, long seed, double validFraction, int[] groups)
    {
        int[] order = [.. groups.Distinct()];
        if (order.Length < 2)
        {
            throw new InputException($"All {folder.Count} photos in {folder.Root} look alike; a split into training and validation needs "
                + $"at least 2 different ones.");
        }

        new RandomStream(seed, "split").Shuffle<int>(order);
        int[] sizes = new int[folder.Count];
        foreach (int group in groups)
        {
            sizes[group]++;
        }

        int wanted = Math.Clamp((int)Math.Round(folder.Count * validFraction), 1, folder.Count - 1);
        HashSet<int> chosen = [];
        int taken = 0;
        foreach (int group in order.Where(group => sizes[group] <= wanted))
        {
            if (taken + sizes[group] <= wanted)
            {
                chosen.Add(group);
                taken += sizes[group];
            }
        }

        if (taken == 0)
        {
            chosen.Add(order.MinBy(group => sizes[group]));
        }

        return new DataSplit(
            folder.Subset(Enumerable.Range(0, folder.Count).Where(i => !chosen.Contains(groups[i]))),
            folder.Subset(Enumerable.Range(0, folder.Count).Where(i => chosen.Contains(groups[i]))));
    }

    /// <summary>A split that others made; training photos that look like one of the validation side are left out.</summary>
    /// <param name="folder">The photos.</param>
    /// <param name="isValid">Whether a photo is on the validation side.</param>
    /// <param name="groups">For each photo the group it belongs to.</param>
    /// <exception cref="InputException">A side is empty.</exception>
    public static DataSplit Official(ImageFolder folder, Func<PhotoFile, bool> isValid, int[] groups)
    {
        bool[] valid = [.. folder.Photos.Select(isValid)];
        HashSet<int> seen = [.. Enumerable.Range(0, folder.Count).Where(i => valid[i]).Select(i => groups[i])];
        ImageFolder held = folder.Subset(Enumerable.Range(0, folder.Count).Where(i => valid[i]));
        ImageFolder train = folder.Subset(Enumerable.Range(0, folder.Count).Where(i => !valid[i] && !seen.Contains(groups[i])));
        if (held.Count == 0 || train.Count == 0)
        {
            throw new InputException($"The official split of {folder.Root} leaves {train.Count} photos to train and {held.Count} to "
                + $"validate; complete the data set, or use \"split\": \"random\".");
        }

        return new DataSplit(train, held)
        {
            LeftOut =
                [.. Enumerable.Range(0, folder.Count).Where(i => !valid[i] && seen.Contains(groups[i])).Select(i => folder.Photos[i])],
        };
    }
}
