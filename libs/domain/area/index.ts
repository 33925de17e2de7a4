export { areaDecider, areaFeature, areaLists, type Area, type AreaList } from './area';
export { AreaModule } from './area.module';
export { Areas } from './areas';
export { AREAS_433124 } from './data/433124';
export { AreaDirectory, readAreas } from './directory';
