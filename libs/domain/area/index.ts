export { AreaModule } from './area.module';
export { Areas } from './areas';
export { areaFeature, type AreaList } from './area';
export { AREAS_433124 } from './data/433124';
export { AreaDirectory, readAreas } from './directory';
